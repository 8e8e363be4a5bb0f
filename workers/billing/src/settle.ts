// A hold's end: held → capturing → captured, or held → releasing → released. Each step is guarded by the state it leaves,
// the intent to move money is written before Stripe is asked, and Stripe is asked with a key of the hold's own:
// so a crash at any point is finished by asking again, and money moves once.
import { fail } from "@callmeback/shared/contract/errors";
import type { Settlement } from "@callmeback/shared/rpc/billing";
import { system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import Stripe from "stripe";
import * as z from "zod";
import type { BillingDeps } from "./stripe-client.ts";
import { askStripe } from "./stripe-failure.ts";

const ledgerRow = z.object({ state: z.string(), capture_cents: z.int().nullable() });
const nothing = z.object({});

export async function settle({ database, stripe }: BillingDeps, settlement: Settlement): Promise<void> {
  const { paymentIntentId, captureCents } = settlement;
  const next = captureCents > 0 ? "capturing" : "releasing";
  const [, [ledger]] = await transact(
    database,
    system,
    rows(nothing)`
      update payments set state = ${next}, capture_cents = ${captureCents}
      where stripe_payment_intent_id = ${paymentIntentId} and state in ('pending', 'held')`,
    rows(
      ledgerRow,
    )`select state, capture_cents from payments where stripe_payment_intent_id = ${paymentIntentId}`,
  );
  if (ledger === undefined) return fail("NOT_FOUND", "There is no such hold.");
  if (ledger.state !== "capturing" && ledger.state !== "releasing") return;
  const outcome =
    ledger.state === "capturing"
      ? await capture(stripe, paymentIntentId, ledger.capture_cents ?? 0)
      : await release(stripe, paymentIntentId);
  await transact(
    database,
    system,
    rows(nothing)`
      update payments set state = ${outcome.state}, settled_at = now(),
        capture_cents = coalesce(${outcome.capturedCents}::int, capture_cents)
      where stripe_payment_intent_id = ${paymentIntentId} and state = ${ledger.state}`,
  );
}

interface Outcome {
  state: "captured" | "released" | "failed";
  /** What Stripe has taken when it was not we who said how much; null: as the ledger says. */
  capturedCents: number | null;
}
const asWished = (state: Outcome["state"]): Outcome => ({ state, capturedCents: null });

async function capture(stripe: Stripe, id: string, cents: number): Promise<Outcome> {
  try {
    await stripe.paymentIntents.capture(
      id,
      { amount_to_capture: cents },
      { idempotencyKey: `capture:${id}` },
    );
    return asWished("captured");
  } catch (error) {
    return outcomeAtStripe(stripe, id, error);
  }
}

async function release(stripe: Stripe, id: string): Promise<Outcome> {
  try {
    await stripe.paymentIntents.cancel(id, {}, { idempotencyKey: `release:${id}` });
    return asWished("released");
  } catch (error) {
    return outcomeAtStripe(stripe, id, error);
  }
}

/** Stripe says that the hold is in another state already: then that state is the outcome. */
async function outcomeAtStripe(stripe: Stripe, id: string, error: unknown): Promise<Outcome> {
  const isStateConflict =
    error instanceof Stripe.errors.StripeInvalidRequestError &&
    error.code === "payment_intent_unexpected_state";
  const intent = await askStripe(async () => {
    if (!isStateConflict) throw error;
    return stripe.paymentIntents.retrieve(id);
  });
  if (intent.status === "succeeded") return { state: "captured", capturedCents: intent.amount_received };
  return asWished(intent.status === "canceled" ? "released" : "failed");
}
