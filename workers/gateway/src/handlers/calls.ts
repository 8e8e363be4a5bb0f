// Calls belong to the orchestrator.
import type { callRoutes } from "@callmeback/shared/contract/calls";
import { fail } from "@callmeback/shared/contract/errors";
import type { Handlers } from "./index.ts";

/** The client's own key for "the same request again". Errors: `VALIDATION_ERROR`. */
export function idempotencyKey(headers: Headers): string | null {
  const key = headers.get("Idempotency-Key");
  if (key === null || /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const message = "must be 1 to 255 visible ASCII characters";
  return fail("VALIDATION_ERROR", `Idempotency-Key ${message}.`, {
    details: { fields: [{ path: "Idempotency-Key", message }] },
  });
}

export const callHandlers: Handlers<keyof typeof callRoutes> = {
  createCall: async ({ env, context, body, request }) =>
    env.CALLS.create(context, body, idempotencyKey(request.headers)),
  logCall: async ({ env, context, body, request }) =>
    env.CALLS.log(context, body, idempotencyKey(request.headers)),
  listCalls: ({ env, context, query }) => env.CALLS.list(context, query),
  usage: ({ env, context, query }) => env.CALLS.usage(context, query),
  getCall: ({ env, context, params }) => env.CALLS.get(context, params.id),
  hangUpCall: ({ env, context, params }) => env.CALLS.hangUp(context, params.id),
};
