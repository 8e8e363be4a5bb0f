// Calls belong to the orchestrator.
import type { callRoutes } from "@callmeback/shared/contract/calls";
import { idempotencyKey } from "../idempotency-key.ts";
import type { Handlers } from "./index.ts";

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
