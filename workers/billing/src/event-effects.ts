// What an event of Stripe changes in our books. Guarded by what stands there already, so that events may come twice,
// late and in any order.
import { type Query, rows } from "@callmeback/shared/rpc/database";
import type Stripe from "stripe";
import { uuidv7 } from "uuidv7";
import * as z from "zod";

const nothing = z.object({});

export function effectsOf(event: Stripe.Event): Query<unknown>[] {
  switch (event.type) {
    case "payment_intent.amount_capturable_updated":
      return [movePayment(event.data.object.id, "held", ["pending"])];
    case "payment_intent.canceled":
      return [movePayment(event.data.object.id, "released", ["pending", "held", "releasing"])];
    case "payment_intent.succeeded":
      return [noteCapture(event.data.object)];
    case "refund.created":
    case "refund.updated":
    case "refund.failed":
    case "charge.refund.updated":
      return noteRefund(event.data.object);
    case "charge.dispute.created":
    case "charge.dispute.updated":
    case "charge.dispute.closed":
    case "charge.dispute.funds_withdrawn":
    case "charge.dispute.funds_reinstated":
      return [noteDispute(event.data.object, event.created)];
    case "payment_method.detached":
      return [rows(nothing)`delete from payment_methods where id = ${event.data.object.id}`];
    case "payment_method.updated":
    case "payment_method.automatically_updated":
      return renewCard(event.data.object);
    default:
      return [];
  }
}

const movePayment = (intentId: string, to: string, from: string[]) => rows(nothing)`
  update payments set state = ${to}, settled_at = case when ${to} = 'held' then settled_at else now() end
  where stripe_payment_intent_id = ${intentId} and state = any(${from}::text[])`;

/** Also one that was made at Stripe itself: what was taken is what Stripe says. */
const noteCapture = ({ id, amount_received }: Stripe.PaymentIntent) => rows(nothing)`
  update payments set state = 'captured', settled_at = now(), capture_cents = ${amount_received}
  where stripe_payment_intent_id = ${id} and state in ('pending', 'held', 'capturing')`;

const idOf = (reference: string | { id: string } | null): string =>
  typeof reference === "string" ? reference : (reference?.id ?? "");

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Ours carry their id; one that was made at Stripe itself is entered. A refund that failed stays failed. */
function noteRefund({ id, amount, status, payment_intent, metadata }: Stripe.Refund): Query<unknown>[] {
  const intentId = idOf(payment_intent);
  const state = status === "failed" || status === "canceled" ? "failed" : "succeeded";
  const ours = metadata?.refund_id;
  const ourId = ours !== undefined && uuid.test(ours) ? ours : null;
  return [
    rows(nothing)`select from payments where stripe_payment_intent_id = ${intentId} for update`,
    rows(nothing)`
      update refunds set stripe_refund_id = ${id}, state = case when state = 'failed' then state else ${state} end
      where payment_id = (select p.id from payments p where p.stripe_payment_intent_id = ${intentId})
        and (stripe_refund_id = ${id} or stripe_refund_id is null and id = ${ourId}::uuid)`,
    rows(nothing)`
      insert into refunds (id, tenant_id, user_id, payment_id, cents, reason, state, stripe_refund_id)
      select ${uuidv7()}::uuid, tenant_id, user_id, id, ${amount}::int, 'Made at Stripe', ${state}, ${id}
      from payments where stripe_payment_intent_id = ${intentId}
      on conflict (stripe_refund_id) do nothing`,
  ];
}

/** How a dispute ends; what is told later than its end is old news. */
const ends = ["won", "lost", "warning_closed", "prevented"];

function noteDispute(dispute: Stripe.Dispute, toldAt: number): Query<unknown> {
  return rows(nothing)`
    insert into disputes (id, tenant_id, user_id, payment_id, cents, status, reason, evidence_due_at, created_at, as_of)
    select ${dispute.id}, tenant_id, user_id, id, ${dispute.amount}::int, ${dispute.status}, ${dispute.reason},
      to_timestamp(${dispute.evidence_details.due_by}::float8), to_timestamp(${dispute.created}::float8),
      to_timestamp(${toldAt}::float8)
    from payments where stripe_payment_intent_id = ${idOf(dispute.payment_intent)}
    on conflict (id) do update set status = excluded.status, cents = excluded.cents, reason = excluded.reason,
      evidence_due_at = excluded.evidence_due_at, as_of = excluded.as_of
    where disputes.status <> all(${ends}::text[])
      and (excluded.status = any(${ends}::text[]) or excluded.as_of >= disputes.as_of)`;
}

/** The bank has renewed the card. */
function renewCard({ id, card }: Stripe.PaymentMethod): Query<unknown>[] {
  if (!card) return [];
  return [
    rows(nothing)`
      update payment_methods set exp_month = ${card.exp_month}, exp_year = ${card.exp_year}, last4 = ${card.last4}
      where id = ${id}`,
  ];
}
