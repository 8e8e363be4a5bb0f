// The public door: who asks, how often, and whether the question is well formed. It knows no business rule and no
// database; each answer is made by the Worker that owns the matter.
import { log, logFault } from "@callmeback/shared/domain/log";
import { system } from "@callmeback/shared/rpc/context";
import type { Env } from "./env.ts";
import { createGateway } from "./gateway.ts";

export { RateLimiter } from "./rate-limits/rate-limiter.ts";

/** Bindings do not change within an isolate's life, so the routes are laid out once. */
let answer: ReturnType<typeof createGateway> | undefined;

export default {
  fetch(request: Request, env: Env): Promise<Response> {
    answer ??= createGateway(env);
    return answer(request);
  },

  /** Every minute: calls that a crash or a lost callback left behind are brought to their end. */
  async scheduled(_event: unknown, env: Env): Promise<void> {
    const requestId = `cron-${crypto.randomUUID()}`;
    try {
      await env.CALLS.sweep({ actor: system, requestId });
      log({ worker: "gateway", event: "swept", requestId });
    } catch (error) {
      logFault({ worker: "gateway", event: "sweep-failed", requestId }, error);
      throw error;
    }
  },
};
