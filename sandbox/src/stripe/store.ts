/**
 * Everything this Stripe remembers, its clock and its ledger of events. All of it in memory, none of it global:
 * a second sandbox in the same process is a second Stripe.
 */
import { randomBytes } from "node:crypto";
import type {
  CardSecret,
  Charge,
  Customer,
  PaymentIntent,
  PaymentMethod,
  Refund,
  SetupIntent,
  StripeEvent,
} from "./objects.ts";

export const apiVersion = "2026-10-28.endive";
const rememberedEvents = 20_000;
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Ids are random, not counted: a database that outlives the sandbox must not meet the same id twice. */
export const newId = (prefix: string, length = 24): string =>
  `${prefix}_${[...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join("")}`;

export class StripeStore {
  readonly customers = new Map<string, Customer>();
  readonly paymentMethods = new Map<string, PaymentMethod>();
  readonly cards = new Map<string, CardSecret>();
  readonly paymentIntents = new Map<string, PaymentIntent>();
  readonly setupIntents = new Map<string, SetupIntent>();
  readonly charges = new Map<string, Charge>();
  readonly refunds = new Map<string, Refund>();
  readonly events = new Map<string, StripeEvent>();
  /** Open holds and when they die (unix seconds). */
  readonly holds = new Map<string, number>();

  /** Which request an event is the work of. */
  cause: StripeEvent["request"] = { id: null, idempotency_key: null };
  onEvent: ((event: StripeEvent) => void) | undefined;

  readonly #clock: () => Date;
  #aheadSeconds = 0;

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  /** Unix seconds, by the test clock when it was set ahead. */
  now(): number {
    return Math.floor(this.#clock().getTime() / 1000) + this.#aheadSeconds;
  }

  /** Moves this Stripe's time to `unixSeconds`; from there it runs on. Never backwards. */
  advanceTo(unixSeconds: number): void {
    this.#aheadSeconds += Math.max(0, unixSeconds - this.now());
  }

  /** Records that something happened to an object, as it is at this moment. */
  emit(type: string, object: unknown, previousAttributes?: unknown): void {
    const event: StripeEvent = {
      id: newId("evt"),
      object: "event",
      api_version: apiVersion,
      created: this.now(),
      type,
      livemode: false,
      pending_webhooks: this.onEvent ? 1 : 0,
      request: this.cause,
      data: {
        object: structuredClone(object),
        ...(previousAttributes === undefined ? {} : { previous_attributes: previousAttributes }),
      },
    };
    this.events.set(event.id, event);
    const oldest = this.events.keys().next().value;
    if (this.events.size > rememberedEvents && oldest !== undefined) this.events.delete(oldest);
    this.onEvent?.(event);
  }

  clear(): void {
    for (const kept of [
      this.customers,
      this.paymentMethods,
      this.cards,
      this.paymentIntents,
      this.setupIntents,
      this.charges,
      this.refunds,
      this.events,
      this.holds,
    ])
      kept.clear();
    this.#aheadSeconds = 0;
  }
}
