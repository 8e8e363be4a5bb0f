// Scheduled calls belong to the orchestrator.
import type { scheduleRoutes } from "@callmeback/shared/contract/schedule";
import { idempotencyKey } from "../idempotency-key.ts";
import type { Handlers } from "./index.ts";

export const scheduleHandlers: Handlers<keyof typeof scheduleRoutes> = {
  scheduleCall: async ({ env, context, body, request }) =>
    env.CALLS.schedule(context, body, idempotencyKey(request.headers)),
  listScheduledCalls: ({ env, context, query }) => env.CALLS.listScheduled(context, query),
  cancelScheduledCall: ({ env, context, params }) => env.CALLS.cancelScheduled(context, params.id),
};
