/** What becomes of an authorised amount: captured (the rest goes back), cancelled, or lapsed when its time is over. */
import { malformed } from "./errors.ts";
import type { PaymentIntent } from "./objects.ts";
import { flag, integer, metadata, oneOf, readParams, text } from "./params.ts";
import { intentOf, unexpectedState } from "./payment-intents.ts";
import type { StripeCall } from "./route.ts";
import type { StripeStore } from "./store.ts";

const currency = (cents: number, code: string): string => `${(cents / 100).toFixed(2)} ${code}`;

export const capturePaymentIntent = (call: StripeCall): PaymentIntent => {
  const asked = readParams(call.params, {
    amount_to_capture: integer,
    final_capture: flag,
    metadata,
    statement_descriptor: text,
    statement_descriptor_suffix: text,
  });
  const intent = intentOf(call);
  if (intent.status !== "requires_capture")
    throw unexpectedState(
      intent,
      `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
    );
  const amount = asked.amount_to_capture ?? intent.amount_capturable;
  if (amount < 1)
    throw malformed(
      "amount_to_capture",
      "This value must be greater than or equal to 1.",
      "parameter_invalid_integer",
    );
  if (amount > intent.amount_capturable)
    throw malformed(
      "amount_to_capture",
      `The remaining amount of ${currency(intent.amount_capturable, intent.currency)} that is authorized is less than the requested capture amount of ${currency(amount, intent.currency)}.`,
      "amount_too_large",
    );
  const { store } = call;
  intent.status = "succeeded";
  intent.amount_received = amount;
  intent.amount_capturable = 0;
  Object.assign(intent.metadata, asked.metadata);
  store.holds.delete(intent.id);
  const charge = store.charges.get(intent.latest_charge ?? "");
  if (charge) {
    charge.captured = true;
    charge.amount_captured = amount;
    charge.amount_refunded = charge.amount - amount;
    store.emit("charge.captured", charge);
  }
  store.emit("payment_intent.succeeded", intent);
  return intent;
};

const release = (
  store: StripeStore,
  intent: PaymentIntent,
  reason: string | null,
  chargeEvent: string,
): void => {
  intent.status = "canceled";
  intent.canceled_at = store.now();
  intent.cancellation_reason = reason;
  intent.amount_capturable = 0;
  intent.next_action = null;
  const charge = store.charges.get(intent.latest_charge ?? "");
  if (store.holds.delete(intent.id) && charge) {
    charge.refunded = true;
    charge.amount_refunded = charge.amount;
    store.emit(chargeEvent, charge);
  }
  store.emit("payment_intent.canceled", intent);
};

const cancellable = [
  "requires_payment_method",
  "requires_capture",
  "requires_confirmation",
  "requires_action",
  "processing",
];

export const cancelPaymentIntent = (call: StripeCall): PaymentIntent => {
  const { cancellation_reason: reason } = readParams(call.params, {
    cancellation_reason: oneOf("duplicate", "fraudulent", "requested_by_customer", "abandoned"),
  });
  const intent = intentOf(call);
  if (!cancellable.includes(intent.status))
    throw unexpectedState(
      intent,
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${cancellable.join(", ")}.`,
    );
  release(call.store, intent, reason ?? null, "charge.refunded");
  return intent;
};

/** Lets go of every hold whose `capture_before` has passed. */
export const lapseHolds = (store: StripeStore): void => {
  const now = store.now();
  for (const [id, captureBefore] of store.holds) {
    const intent = store.paymentIntents.get(id);
    if (captureBefore > now || intent === undefined) continue;
    store.cause = { id: null, idempotency_key: null };
    release(store, intent, "expired", "charge.expired");
  }
};
