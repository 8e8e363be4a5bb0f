// Payments, for an operator, belong to billing.
import type { adminPaymentRoutes } from "@callmeback/shared/contract/admin-payments";
import { idempotencyKey } from "../idempotency-key.ts";
import type { Handlers } from "./index.ts";

export const adminPaymentHandlers: Handlers<keyof typeof adminPaymentRoutes> = {
  adminListPayments: ({ env, context, query }) => env.BILLING.adminListPayments(context, query),
  adminGetPayment: ({ env, context, params }) => env.BILLING.adminGetPayment(context, params.id),
  adminRefundPayment: async ({ env, context, params, body, request }) =>
    env.BILLING.adminRefundPayment(context, params.id, body, idempotencyKey(request.headers)),
};
