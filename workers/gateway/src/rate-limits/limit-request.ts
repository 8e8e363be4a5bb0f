// Counts a request against its route's limit and writes the headers that say how much is left.
import type { RouteName } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RateLimit, Route } from "@callmeback/shared/contract/route";
import { logFault } from "@callmeback/shared/domain/log";
import type { Env } from "../env.ts";
import type { Exchange } from "../exchange.ts";
import { within } from "../within.ts";
import type { Decision, Rule } from "./window.ts";

const patienceMs = 2000;
const windowMs = { minute: 60_000, hour: 3_600_000 } as const;

/** Where passwords are tried and accounts are made, a limiter that fails must not open the door. */
const closedWithoutLimiter: readonly RouteName[] = ["login", "register", "adminLogin"];

export interface Asker {
  userId: string | null;
  address: string | null;
}

/** Whose counter it is. A signed-in person counts as themself unless the limit is per address. */
export function subjectOf(limit: RateLimit, asker: Asker): string {
  return limit.per === "user" && asker.userId !== null
    ? `user:${asker.userId}`
    : `ip:${asker.address ?? "unknown"}`;
}

/** The rule for this asker; `scale` is for load tests. */
export function ruleOf(limit: RateLimit, asker: Asker, scale: number): Rule {
  const most = asker.userId === null ? (limit.anonymous ?? limit.limit) : limit.limit;
  const factor = Number.isFinite(scale) && scale > 0 ? scale : 1;
  return { limit: Math.max(1, Math.floor(most * factor)), windowMs: windowMs[limit.window] };
}

/** Errors: `RATE_LIMIT_EXCEEDED` with the wait; `SERVICE_UNAVAILABLE` where counting is a must and fails. */
export async function limitRequest(
  env: Env,
  name: RouteName,
  route: Route,
  asker: Asker,
  exchange: Exchange,
): Promise<void> {
  if (route.rateLimit === null) return;
  const limiter = env.RATE_LIMITER.getByName(subjectOf(route.rateLimit, asker));
  const rule = ruleOf(route.rateLimit, asker, Number(env.RATE_LIMIT_SCALE ?? "1"));
  let decision: Decision;
  try {
    decision = await within(patienceMs, limiter.take(`${name}:${route.rateLimit.window}`, rule));
  } catch (error) {
    logFault({ worker: "gateway", event: "limiter-failed", route: name }, error);
    if (closedWithoutLimiter.includes(name)) {
      fail("SERVICE_UNAVAILABLE", "This is not available for a moment. Try again.", { retryAfter: 5 });
    }
    return;
  }
  exchange.headers.set("X-RateLimit-Limit", String(decision.limit));
  exchange.headers.set("X-RateLimit-Remaining", String(decision.remaining));
  exchange.headers.set("X-RateLimit-Reset", String(decision.resetAt));
  if (!decision.allowed) {
    const { retryAfter } = decision;
    fail("RATE_LIMIT_EXCEEDED", `Too many requests. Try again in ${retryAfter} s.`, { retryAfter });
  }
}
