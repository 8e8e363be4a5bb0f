// The public door: who asks, how often, and whether the question is well formed. It knows no business rule and no
// database; each answer is made by the Worker that owns the matter.
import { log, logFault } from "@callmeback/shared/domain/log";
import { withRequestId } from "@callmeback/shared/domain/request-id";
import { type Context, system } from "@callmeback/shared/rpc/context";
import type { Env } from "./env.ts";
import { eraseLeaving } from "./erase-leaving.ts";
import { createGateway } from "./gateway.ts";

export { PublicVersion } from "./public-version.ts";
export { RateLimiter } from "./rate-limits/rate-limiter.ts";

/** Bindings do not change within an isolate's life, so the routes are laid out once. */
let answer: ReturnType<typeof createGateway> | undefined;

export default {
  fetch(request: Request, env: Env): Promise<Response> {
    answer ??= createGateway({ ...env, EDGE_CACHE: caches.default });
    return answer(request);
  },

  /** Every minute: calls and holds that a crash or a lost callback left behind are brought to their end. */
  scheduled(_event: unknown, env: Env): Promise<void> {
    const requestId = `cron-${crypto.randomUUID()}`;
    return withRequestId(requestId, () => sweepAll(env, { actor: system, requestId }));
  },
};

async function sweepAll(env: Env, context: Context): Promise<void> {
  const sweeps = await Promise.allSettled([
    env.CALLS.sweep(context),
    env.BILLING.sweep(context),
    eraseLeaving(env, context.requestId),
  ]);
  const failures = sweeps.filter((sweep) => sweep.status === "rejected").map(({ reason }) => reason);
  for (const failure of failures) {
    logFault({ worker: "gateway", event: "sweep-failed" }, failure);
  }
  if (failures.length > 0) throw new AggregateError(failures, "A sweep failed.");
  log({ worker: "gateway", event: "swept" });
}
