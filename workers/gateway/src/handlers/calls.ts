// Calls belong to the orchestrator.
import type { callRoutes } from "@callmeback/shared/contract/calls";
import type { tryOutRoutes } from "@callmeback/shared/contract/try-outs";
import { idempotencyKey } from "../idempotency-key.ts";
import type { Handlers } from "./index.ts";

export const callHandlers: Handlers<keyof typeof callRoutes | keyof typeof tryOutRoutes> = {
  createCall: async ({ env, context, body, request }) =>
    env.CALLS.create(context, body, idempotencyKey(request.headers)),
  tryPersona: async ({ env, context, params, body, request }) =>
    env.CALLS.tryPersona(context, params.id, body, idempotencyKey(request.headers)),
  logCall: async ({ env, context, body, request }) =>
    env.CALLS.log(context, body, idempotencyKey(request.headers)),
  listCalls: ({ env, context, query }) => env.CALLS.list(context, query),
  usage: ({ env, context, query }) => env.CALLS.usage(context, query),
  getCall: ({ env, context, params }) => env.CALLS.get(context, params.id),
  hangUpCall: ({ env, context, params }) => env.CALLS.hangUp(context, params.id),
};
