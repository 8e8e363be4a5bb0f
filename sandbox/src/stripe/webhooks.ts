/**
 * Tells the product what happened: each event is signed and posted by itself, so their order is not promised, and
 * again with growing patience until it is taken. It never holds up the request that caused it.
 */
import { createHmac } from "node:crypto";
import type { StripeEvent } from "./objects.ts";

export const retryDelaysMs = [500, 2_000, 5_000, 15_000, 60_000];
const answerWithinMs = 10_000;

/** Stripe's `v1` scheme; the secret is used as it is written, `whsec_` and all. */
const signature = (payload: string, secret: string, unixSeconds: number): string =>
  `t=${unixSeconds},v1=${createHmac("sha256", secret).update(`${unixSeconds}.${payload}`).digest("hex")}`;

export interface WebhookTarget {
  url: string;
  secret: string;
  delaysMs: readonly number[];
}

export class WebhookDelivery {
  readonly #target: WebhookTarget;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #stop = new AbortController();

  constructor(target: WebhookTarget) {
    this.#target = target;
  }

  send(event: StripeEvent): void {
    void this.#attempt(event, 0);
  }

  /** Forgets what is waiting to be tried again. */
  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  close(): void {
    this.clear();
    this.#stop.abort();
  }

  async #attempt(event: StripeEvent, tries: number): Promise<void> {
    const payload = JSON.stringify(event, undefined, 2);
    const isTaken = await fetch(this.#target.url, {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "stripe-signature": signature(payload, this.#target.secret, Math.floor(Date.now() / 1000)),
      },
      body: payload,
      redirect: "manual",
      signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(answerWithinMs)]),
    }).then(
      async (response) => {
        await response.body?.cancel();
        return response.ok;
      },
      // Nobody there, or no answer in time: the same as a refusal, it is tried again.
      () => false,
    );
    if (isTaken) {
      event.pending_webhooks = 0;
      return;
    }
    const delayMs = this.#target.delaysMs[tries];
    if (delayMs === undefined || this.#stop.signal.aborted) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#attempt(event, tries + 1);
    }, delayMs);
    timer.unref();
    this.#timers.add(timer);
  }
}
