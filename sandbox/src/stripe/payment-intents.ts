/** Payment intents up to the bank's answer: created, changed, confirmed, read. */
import { authorise } from "./authorise.ts";
import { choosePaymentMethod, keepForLater } from "./chosen-card.ts";
import { malformed, noSuch, refused } from "./errors.ts";
import {
  checkAmount,
  checkCustomer,
  checkReturn,
  confirmFields,
  createFields,
  describeFields,
} from "./intent-fields.ts";
import { listOf, page } from "./lists.ts";
import type { PaymentIntent } from "./objects.ts";
import { integer, readParams, required, shape, text } from "./params.ts";
import type { StripeCall } from "./route.ts";
import { newId } from "./store.ts";

/** The intent of the address; with the publishable key it opens only to its own secret. */
export const intentOf = ({ store, id, isPublishable }: StripeCall, clientSecret?: string): PaymentIntent => {
  const kept = store.paymentIntents.get(id);
  if (
    kept === undefined ||
    ((isPublishable || clientSecret !== undefined) && kept.client_secret !== clientSecret)
  )
    throw noSuch("payment_intent", id, "intent");
  return kept;
};

/** An answer of Stripe's about an intent that is in the wrong state for what was asked. */
export const unexpectedState = (intent: PaymentIntent, message: string) =>
  refused(message, { code: "payment_intent_unexpected_state", payment_intent: structuredClone(intent) });

type Confirmation = ReturnType<typeof readParams<typeof confirmFields>>;

const confirmNow = (call: StripeCall, intent: PaymentIntent, asked: Confirmation): void => {
  const { store } = call;
  const chosen = asked.payment_method ?? intent.payment_method;
  if (!chosen)
    throw unexpectedState(
      intent,
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
    );
  checkReturn(intent.automatic_payment_methods, asked);
  const method = choosePaymentMethod(store, intent, chosen);
  if (asked.setup_future_usage) intent.setup_future_usage = asked.setup_future_usage;
  authorise(store, intent, method, {
    isOffSession: asked.off_session ?? false,
    isAuthenticated: false,
    mustNotAsk: asked.error_on_requires_action ?? false,
    returnUrl: asked.return_url,
    origin: call.origin,
  });
  keepForLater(store, intent, method);
};

export const createPaymentIntent = (call: StripeCall): PaymentIntent => {
  const { store, params } = call;
  const asked = readParams(params, createFields);
  const amount = required(asked.amount, "amount");
  const currency = required(asked.currency, "currency").toLowerCase();
  checkAmount(amount, currency);
  if (asked.confirm !== true)
    for (const name of ["off_session", "return_url", "error_on_requires_action"] as const)
      if (asked[name] !== undefined)
        throw malformed(name, `You can only use \`${name}\` when \`confirm\` is true.`);
  checkCustomer(store, asked.customer);
  const isAutomatic = asked.payment_method_types === undefined;
  const id = newId("pi");
  const intent: PaymentIntent = {
    id,
    object: "payment_intent",
    amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    automatic_payment_methods: isAutomatic
      ? { enabled: true, allow_redirects: asked.automatic_payment_methods?.allow_redirects ?? "always" }
      : null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: asked.capture_method ?? "automatic_async",
    client_secret: newId(`${id}_secret`),
    confirmation_method: "automatic",
    created: store.now(),
    currency,
    customer: asked.customer ?? null,
    description: asked.description ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: asked.metadata ?? {},
    next_action: null,
    payment_method: null,
    payment_method_options: { card: { request_three_d_secure: "automatic" } },
    payment_method_types: asked.payment_method_types ?? ["card", "link"],
    processing: null,
    receipt_email: asked.receipt_email ?? null,
    setup_future_usage: asked.setup_future_usage ?? null,
    statement_descriptor: asked.statement_descriptor ?? null,
    statement_descriptor_suffix: asked.statement_descriptor_suffix ?? null,
    status: "requires_payment_method",
  };
  if (asked.confirm) checkReturn(intent.automatic_payment_methods, asked);
  if (asked.payment_method !== undefined) {
    choosePaymentMethod(store, intent, asked.payment_method);
    intent.status = "requires_confirmation";
  }
  store.paymentIntents.set(id, intent);
  store.emit("payment_intent.created", intent);
  if (asked.confirm)
    confirmNow(
      call,
      intent,
      intent.payment_method ? { ...asked, payment_method: intent.payment_method } : asked,
    );
  return intent;
};

const confirmable = ["requires_payment_method", "requires_confirmation", "requires_action"];

export const confirmPaymentIntent = (call: StripeCall): PaymentIntent => {
  const { client_secret: secret, ...asked } = readParams(call.params, {
    ...confirmFields,
    client_secret: text,
  });
  const intent = intentOf(call, secret);
  if (intent.status === "succeeded" || intent.status === "requires_capture")
    throw unexpectedState(
      intent,
      "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.",
    );
  if (!confirmable.includes(intent.status))
    throw unexpectedState(
      intent,
      `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: ${confirmable.join(", ")}.`,
    );
  confirmNow(call, intent, asked);
  return intent;
};

export const updatePaymentIntent = (call: StripeCall): PaymentIntent => {
  const { store, params } = call;
  const asked = readParams(params, {
    ...describeFields,
    amount: integer,
    payment_method: text,
    customer: text,
  });
  const intent = intentOf(call);
  const isOpen = confirmable.includes(intent.status);
  if (!isOpen && (asked.amount ?? asked.payment_method ?? asked.customer) !== undefined)
    throw unexpectedState(
      intent,
      `This PaymentIntent could not be updated because it has a status of ${intent.status}.`,
    );
  checkCustomer(store, asked.customer);
  if (asked.amount !== undefined) checkAmount(asked.amount, intent.currency);
  if (asked.customer !== undefined) intent.customer = asked.customer;
  if (asked.payment_method !== undefined) {
    choosePaymentMethod(store, intent, asked.payment_method);
    intent.status = "requires_confirmation";
  }
  if (asked.amount !== undefined) intent.amount = asked.amount;
  if (asked.description !== undefined) intent.description = asked.description || null;
  for (const [key, value] of Object.entries(asked.metadata ?? {}))
    if (value === "") delete intent.metadata[key];
    else intent.metadata[key] = value;
  return intent;
};

export const retrievePaymentIntent = (call: StripeCall): PaymentIntent => {
  const asked = readParams(call.params, { client_secret: text });
  return intentOf(call, asked.client_secret);
};

export const listPaymentIntents = ({ store, params }: StripeCall) => {
  const span = shape({ gt: integer, gte: integer, lt: integer, lte: integer });
  const asked = readParams(params, { ...page, customer: text, created: span });
  const {
    gt = -1,
    gte = 0,
    lt = Number.POSITIVE_INFINITY,
    lte = Number.POSITIVE_INFINITY,
  } = asked.created ?? {};
  return listOf(
    "/v1/payment_intents",
    store.paymentIntents,
    asked,
    ({ customer, created }) =>
      (asked.customer === undefined || customer === asked.customer) &&
      created > gt &&
      created >= gte &&
      created < lt &&
      created <= lte,
  );
};
