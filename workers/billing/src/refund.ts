// Money that goes back. A refund is in the ledger before Stripe is asked, under a key of its own: asked for again it is
// the same one, and all of them together never exceed what was captured.
import { fail } from "@callmeback/shared/contract/errors";
import type { GivenBack } from "@callmeback/shared/rpc/billing";
import { type Actor, system } from "@callmeback/shared/rpc/context";
import { type Query, rows, transact } from "@callmeback/shared/rpc/database";
import Stripe from "stripe";
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import { settle } from "./settle.ts";
import type { BillingDeps } from "./stripe-client.ts";
import { askStripe } from "./stripe-failure.ts";

export const openRefund = z.object({
  id: z.string(),
  payment_id: z.string(),
  cents: z.int(),
  stripe_payment_intent_id: z.string(),
});

const paymentRow = z.object({ id: z.string(), state: z.string(), amount_cents: z.int() });
const leftRow = z.object({ cents: z.int().nullable() });
const notedRow = openRefund.omit({ stripe_payment_intent_id: true }).extend({
  state: z.string(),
  stripe_payment_intent_id: z.string().nullable(),
  is_same: z.boolean(),
});

export interface RefundWish {
  paymentId: string;
  /** Null for all that is left. */
  cents: number | null;
  reason: string;
  /** Whoever asks again with it asks for the same refund. */
  key: string | null;
}

/**
 * Refunds a captured payment, wholly or in part.
 * @param beside statements of the transaction that notes it, such as an audit; they are told the refund's id
 * Errors: `NOT_FOUND`, `VALIDATION_ERROR` when there is less left, `IDEMPOTENCY_CONFLICT`, `STRIPE_ERROR`.
 */
export async function refund(
  deps: BillingDeps,
  actor: Actor,
  { paymentId, cents, reason, key }: RefundWish,
  beside: (refundId: string) => Query<unknown>[] = () => [],
): Promise<{ id: string; cents: number }> {
  const id = uuidv7();
  const [, , [noted], [left]] = await transact(
    deps.database,
    actor,
    // Refunds of one payment wait for each other here.
    rows(z.object({}))`select from payments where id = ${paymentId} for update`,
    rows(z.object({}))`
      insert into refunds (id, tenant_id, user_id, payment_id, cents, reason, request_key)
      select ${id}::uuid, tenant_id, user_id, id, coalesce(${cents}::int, left_cents), ${reason}, ${key}
      from (select *, capture_cents - refunded_cents as left_cents from payments where id = ${paymentId} and state = 'captured') p
      where coalesce(${cents}::int, left_cents) between 1 and left_cents
      on conflict on constraint refunds_request_once do nothing`,
    rows(notedRow)`
      select r.id, r.payment_id, r.cents, r.state, p.stripe_payment_intent_id,
        r.id = ${id} or r.reason = ${reason} and r.cents = coalesce(${cents}::int, r.cents) as is_same
      from refunds r join payments p on p.id = r.payment_id
      where r.id = ${id} or r.payment_id = ${paymentId} and r.request_key = ${key}`,
    rows(leftRow)`
      select case when state = 'captured' then capture_cents - refunded_cents end as cents
      from payments where id = ${paymentId}`,
    ...beside(id),
  );
  if (noted === undefined) return refuse(left);
  if (!noted.is_same)
    return fail("IDEMPOTENCY_CONFLICT", "This Idempotency-Key was used for another refund. Make a new one.");
  const { stripe_payment_intent_id } = noted;
  if (noted.state === "creating" && stripe_payment_intent_id !== null)
    await finishRefund(deps, { ...noted, stripe_payment_intent_id });
  return { id: noted.id, cents: noted.cents };
}

function refuse(left: z.infer<typeof leftRow> | undefined): never {
  if (left === undefined) return fail("NOT_FOUND", "There is no such payment.");
  const message = left.cents === null ? "is not captured" : `has ${left.cents} cents left to refund`;
  return fail("VALIDATION_ERROR", `This payment ${message}.`, {
    details: { fields: [{ path: "amount", message }] },
  });
}

/** Asks Stripe and notes the outcome; safe to repeat. Errors: `STRIPE_ERROR`. */
export async function finishRefund(
  { database, stripe }: BillingDeps,
  { id, cents, stripe_payment_intent_id: payment_intent }: z.infer<typeof openRefund>,
): Promise<string> {
  const outcome = await askStripe(async () => {
    try {
      return await stripe.refunds.create(
        { payment_intent, amount: cents, metadata: { refund_id: id } },
        { idempotencyKey: `refund:${id}` },
      );
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
      await transact(
        database,
        system,
        rows(z.object({}))`
          update refunds set state = 'failed' where id = ${id} and state = 'creating'`,
      );
      throw error;
    }
  });
  await transact(
    database,
    system,
    rows(z.object({}))`
      update refunds set state = 'succeeded', stripe_refund_id = ${outcome.id} where id = ${id} and state = 'creating'`,
  );
  return outcome.id;
}

/** Gives the money of a hold back: released while it is only held, refunded once it has been taken. Safe to repeat. */
export async function giveBack(
  deps: BillingDeps,
  paymentIntentId: string,
  reason: string,
): Promise<GivenBack> {
  const read = async () => {
    const [[payment]] = await transact(
      deps.database,
      system,
      rows(paymentRow)`
        select id, state, amount_cents from payments where stripe_payment_intent_id = ${paymentIntentId}`,
    );
    return payment ?? fail("NOT_FOUND", "There is no such hold.");
  };
  // Finishes also what was moving already; a hold that is captured or gone stays as it is.
  await settle(deps, { paymentIntentId, captureCents: 0 });
  const { id, state, amount_cents } = await read();
  if (state === "refunded") return refundedBefore(deps, id);
  if (state === "failed") return { status: "released", refundId: null, amountCents: 0 };
  if (state !== "captured") return { status: "released", refundId: null, amountCents: amount_cents };
  // One that a crash cut off counts already: it is sent, not asked for a second time.
  if (await finishOpenRefunds(deps, id)) return giveBack(deps, paymentIntentId, reason);
  await refund(deps, system, { paymentId: id, cents: null, reason, key: null });
  return refundedBefore(deps, id);
}

/** Sends the refunds of a payment that are noted and not yet sent; answers whether all of it is refunded by them. */
async function finishOpenRefunds(deps: BillingDeps, paymentId: string): Promise<boolean> {
  const [open, [payment]] = await transact(
    deps.database,
    system,
    rows(openRefund)`
      select r.id, r.payment_id, r.cents, p.stripe_payment_intent_id from refunds r join payments p on p.id = r.payment_id
      where r.payment_id = ${paymentId} and r.state = 'creating' order by r.created_at`,
    rows(z.object({ is_all: z.boolean() }))`
      select refunded_cents = capture_cents as is_all from payments where id = ${paymentId}`,
  );
  for (const each of open) await finishRefund(deps, each);
  return open.length > 0 && payment?.is_all === true;
}

async function refundedBefore({ database }: BillingDeps, paymentId: string): Promise<GivenBack> {
  const [[last]] = await transact(
    database,
    system,
    rows(z.object({ stripe_refund_id: z.string().nullable(), cents: z.int() }))`
      select stripe_refund_id, (sum(cents) over ())::int as cents from refunds
      where payment_id = ${paymentId} and state = 'succeeded' order by created_at desc limit 1`,
  );
  return { status: "refunded", refundId: last?.stripe_refund_id ?? null, amountCents: last?.cents ?? 0 };
}
