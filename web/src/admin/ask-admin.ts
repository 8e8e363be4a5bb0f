// The operators' way to the API, with their own token. The table stays out of the app's first page.
import type { Contract, RouteName } from "@callmeback/shared/contract";
import { useQuery } from "@pinia/colada";
import { type AnswerOf, type InputOf, send } from "../api/ask.ts";

const routes = {
  adminLogin: ["POST", "/api/admin/login"],
  adminLogout: ["POST", "/api/admin/logout"],
  adminListUsers: ["GET", "/api/admin/users"],
  adminGetUser: ["GET", "/api/admin/users/:id"],
  adminSuspendUser: ["POST", "/api/admin/users/:id/suspend"],
  adminRestoreUser: ["POST", "/api/admin/users/:id/restore"],
  adminListCalls: ["GET", "/api/admin/calls"],
  adminGetCall: ["GET", "/api/admin/calls/:id"],
  adminHangUpCall: ["POST", "/api/admin/calls/:id/hangup"],
  adminListPersonas: ["GET", "/api/admin/personas"],
  adminCreatePersona: ["POST", "/api/admin/personas"],
  adminUpdatePersona: ["PUT", "/api/admin/personas/:id"],
  adminDeletePersona: ["DELETE", "/api/admin/personas/:id"],
  adminCosts: ["GET", "/api/admin/costs"],
  adminHealth: ["GET", "/api/admin/health"],
  adminAudit: ["GET", "/api/admin/audit"],
  adminListPayments: ["GET", "/api/admin/payments"],
  adminGetPayment: ["GET", "/api/admin/payments/:id"],
  adminRefundPayment: ["POST", "/api/admin/payments/:id/refund"],
} as const satisfies {
  [N in RouteName]?: readonly [Contract[N]["method"], Contract[N]["path"]];
};

type AdminRoute = keyof typeof routes;

/** @throws ApiError */
export function askAdmin<N extends AdminRoute>(name: N, input: InputOf<N>): Promise<AnswerOf<N>> {
  return send("operator", routes[name], input);
}

/** What a page shows, asked for afresh each time somebody comes to it. */
export function useAdmin<N extends AdminRoute>(name: N, input: () => InputOf<N>) {
  return useQuery({
    key: () => ["admin", name, JSON.stringify(input())],
    query: ({ signal }): Promise<AnswerOf<N>> => askAdmin(name, { ...input(), signal }),
    staleTime: 0,
  });
}
