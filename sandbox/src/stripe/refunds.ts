/** Money back after a capture. Before one, an intent is cancelled instead. */
import { malformed, noSuch, noSuchParam, refused } from "./errors.ts";
import { listOf, page } from "./lists.ts";
import type { Charge, Refund } from "./objects.ts";
import { integer, metadata, oneOf, readParams, text } from "./params.ts";
import type { StripeCall } from "./route.ts";
import { newId, type StripeStore } from "./store.ts";

const chargeToRefund = (store: StripeStore, asked: { charge?: string; payment_intent?: string }): Charge => {
  if (asked.charge === undefined && asked.payment_intent === undefined)
    throw malformed(
      "charge",
      "One of the following params should be provided for this request: payment_intent or charge.",
      "parameter_missing",
    );
  if (asked.payment_intent === undefined) {
    const charge = store.charges.get(asked.charge ?? "");
    if (charge === undefined) throw noSuchParam("charge", asked.charge ?? "", "charge");
    return charge;
  }
  const intent = store.paymentIntents.get(asked.payment_intent);
  if (intent === undefined) throw noSuchParam("payment_intent", asked.payment_intent, "payment_intent");
  const charge = store.charges.get(intent.latest_charge ?? "");
  if (charge?.status !== "succeeded")
    throw refused("This PaymentIntent does not have a successful charge to refund.", {
      param: "payment_intent",
    });
  return charge;
};

export const createRefund = ({ store, params }: StripeCall): Refund => {
  const asked = readParams(params, {
    charge: text,
    payment_intent: text,
    amount: integer,
    reason: oneOf("duplicate", "fraudulent", "requested_by_customer"),
    metadata,
  });
  const charge = chargeToRefund(store, asked);
  if (!charge.captured)
    throw refused(`Charge ${charge.id} is not captured: cancel its PaymentIntent to release the amount.`, {
      param: "charge",
    });
  const left = charge.amount - charge.amount_refunded;
  if (left === 0)
    throw refused(`Charge ${charge.id} has already been refunded.`, { code: "charge_already_refunded" });
  const amount = asked.amount ?? left;
  if (amount < 1)
    throw malformed("amount", "This value must be greater than or equal to 1.", "parameter_invalid_integer");
  if (amount > left)
    throw refused(
      `Refund amount (${(amount / 100).toFixed(2)} ${charge.currency}) is greater than unrefunded amount on charge (${(left / 100).toFixed(2)} ${charge.currency})`,
      { param: "amount" },
    );
  const refund: Refund = {
    id: newId("re"),
    object: "refund",
    amount,
    charge: charge.id,
    created: store.now(),
    currency: charge.currency,
    metadata: asked.metadata ?? {},
    payment_intent: charge.payment_intent,
    reason: asked.reason ?? null,
    status: "succeeded",
  };
  charge.amount_refunded += amount;
  charge.refunded = charge.amount_refunded === charge.amount;
  store.refunds.set(refund.id, refund);
  store.emit("refund.created", refund);
  store.emit("charge.refunded", charge);
  return refund;
};

export const retrieveRefund = ({ store, params, id }: StripeCall): Refund => {
  readParams(params, {});
  const kept = store.refunds.get(id);
  if (kept === undefined) throw noSuch("refund", id, "id");
  return kept;
};

export const listRefunds = ({ store, params }: StripeCall) => {
  const asked = readParams(params, { ...page, charge: text, payment_intent: text });
  return listOf(
    "/v1/refunds",
    store.refunds,
    asked,
    (each) =>
      (asked.charge === undefined || each.charge === asked.charge) &&
      (asked.payment_intent === undefined || each.payment_intent === asked.payment_intent),
  );
};
