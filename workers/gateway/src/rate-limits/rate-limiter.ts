// The exact counts of one subject (a user or an address). Single-threaded by nature, so no request slips between
// reading and writing. It forgets what has run out and keeps nothing else.
import { DurableObject } from "cloudflare:workers";
import type { RateLimiterRpc } from "../env.ts";
import { type CountedWindow, type Decision, type Rule, take } from "./window.ts";

export class RateLimiter extends DurableObject implements RateLimiterRpc {
  /** Counts one request on `counter` (a route and its window). */
  async take(counter: string, rule: Rule): Promise<Decision> {
    const { kv } = this.ctx.storage;
    const { window, decision } = take(kv.get<CountedWindow>(counter), rule, Date.now());
    if (decision.allowed) kv.put(counter, window);
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(window.endsAtMs);
    return decision;
  }

  /** Drops the windows that are over; comes back for those that are not. */
  override async alarm(): Promise<void> {
    const nowMs = Date.now();
    const windows = [...this.ctx.storage.kv.list<CountedWindow>()];
    const open = windows.filter(([, window]) => window.endsAtMs > nowMs);
    if (open.length === 0) return this.ctx.storage.deleteAll();
    for (const [counter, window] of windows) {
      if (window.endsAtMs <= nowMs) this.ctx.storage.kv.delete(counter);
    }
    await this.ctx.storage.setAlarm(Math.min(...open.map(([, window]) => window.endsAtMs)));
  }
}
