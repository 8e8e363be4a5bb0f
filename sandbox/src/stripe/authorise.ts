/**
 * One attempt to authorise a payment: the question to the cardholder's bank, its answer, and what the intent becomes.
 * A decline leaves a failed charge and puts the intent back to `requires_payment_method`.
 */
import { cardError, type StripeErrorBody } from "./errors.ts";
import { nextAction } from "./next-action.ts";
import type { Charge, PaymentIntent, PaymentMethod } from "./objects.ts";
import { newId, type StripeStore } from "./store.ts";

const day = 86_400;
/** Card networks' patience with a hold: Visa gives merchant-initiated ones 4 days 18 hours, all else is 7 days. */
const holdSeconds = (brand: string, isOffSession: boolean): number =>
  isOffSession && brand === "visa" ? 4 * day + 18 * 3600 : 7 * day;

export interface Attempt {
  isOffSession: boolean;
  /** The cardholder has just proven that it is them. */
  isAuthenticated: boolean;
  mustNotAsk: boolean;
  returnUrl: string | undefined;
  origin: string;
}

const chargeFor = (store: StripeStore, intent: PaymentIntent, method: PaymentMethod): Charge => ({
  id: newId("ch"),
  object: "charge",
  amount: intent.amount,
  amount_captured: 0,
  amount_refunded: 0,
  balance_transaction: null,
  billing_details: method.billing_details,
  captured: false,
  created: store.now(),
  currency: intent.currency,
  customer: intent.customer,
  description: intent.description,
  disputed: false,
  failure_code: null,
  failure_message: null,
  livemode: false,
  metadata: { ...intent.metadata },
  outcome: {
    network_status: "approved_by_network",
    reason: null,
    risk_level: "normal",
    seller_message: "Payment complete.",
    type: "authorized",
  },
  paid: true,
  payment_intent: intent.id,
  payment_method: method.id,
  payment_method_details: {
    type: "card",
    card: {
      brand: method.card.brand,
      last4: method.card.last4,
      exp_month: method.card.exp_month,
      exp_year: method.card.exp_year,
      funding: method.card.funding,
      country: "US",
      network: method.card.brand,
      amount_authorized: intent.amount,
      capture_before: null,
      extended_authorization: { status: "disabled" },
    },
  },
  receipt_url: null,
  refunded: false,
  status: "succeeded",
});

interface Refusal {
  code: string;
  decline_code?: string;
  message: string;
}

/** The attempt failed: a failed charge is kept, the intent wants another card. @throws StripeFailure 402, always */
export const declinePayment = (
  store: StripeStore,
  intent: PaymentIntent,
  method: PaymentMethod,
  refusal: Refusal,
): never => {
  const charge = chargeFor(store, intent, method);
  charge.paid = false;
  charge.status = "failed";
  charge.failure_code = refusal.code;
  charge.failure_message = refusal.message;
  charge.outcome = {
    network_status: "declined_by_network",
    reason: refusal.decline_code ?? refusal.code,
    risk_level: "normal",
    seller_message: "The bank did not return any further details with this decline.",
    type: "issuer_declined",
  };
  store.charges.set(charge.id, charge);
  const error: Omit<StripeErrorBody, "type"> = {
    ...refusal,
    charge: charge.id,
    payment_method: structuredClone(method),
  };
  intent.status = "requires_payment_method";
  intent.payment_method = null;
  intent.next_action = null;
  intent.latest_charge = charge.id;
  intent.last_payment_error = { type: "card_error", ...error };
  store.emit("charge.failed", charge);
  store.emit("payment_intent.payment_failed", intent);
  throw cardError({ ...error, payment_intent: structuredClone(intent) });
};

const authenticationRequired: Refusal = {
  code: "authentication_required",
  decline_code: "authentication_required",
  message: "Your card was declined. This transaction requires authentication.",
};

/** Asks the bank. The intent ends in requires_action, requires_capture or succeeded. @throws StripeFailure 402 */
export const authorise = (
  store: StripeStore,
  intent: PaymentIntent,
  method: PaymentMethod,
  attempt: Attempt,
): void => {
  const secret = store.cards.get(method.id);
  const behaviour = secret?.behaviour ?? {};
  const wantsCardholder =
    behaviour.authenticate === "always" ||
    (behaviour.authenticate === "until-set-up" && !secret?.isSetUp) ||
    (behaviour.authenticate === "on-session" && !attempt.isOffSession);
  if (wantsCardholder && !attempt.isAuthenticated) {
    if (attempt.isOffSession || attempt.mustNotAsk)
      declinePayment(store, intent, method, authenticationRequired);
    intent.status = "requires_action";
    intent.next_action = nextAction(attempt.origin, intent, attempt.returnUrl);
    store.emit("payment_intent.requires_action", intent);
    return;
  }
  if (behaviour.decline !== undefined) {
    const { declineCode, ...rest } = behaviour.decline;
    declinePayment(
      store,
      intent,
      method,
      declineCode === undefined ? rest : { ...rest, decline_code: declineCode },
    );
  }
  if (secret && method.customer === null) secret.isSpent = true;
  const charge = chargeFor(store, intent, method);
  intent.latest_charge = charge.id;
  intent.next_action = null;
  intent.last_payment_error = null;
  store.charges.set(charge.id, charge);
  if (intent.capture_method === "manual") {
    const captureBefore = store.now() + holdSeconds(method.card.brand, attempt.isOffSession);
    charge.payment_method_details.card.capture_before = captureBefore;
    store.holds.set(intent.id, captureBefore);
    intent.status = "requires_capture";
    intent.amount_capturable = intent.amount;
    store.emit("charge.succeeded", charge);
    store.emit("payment_intent.amount_capturable_updated", intent);
    return;
  }
  charge.captured = true;
  charge.amount_captured = charge.amount;
  intent.status = "succeeded";
  intent.amount_received = intent.amount;
  store.emit("charge.succeeded", charge);
  store.emit("payment_intent.succeeded", intent);
};
