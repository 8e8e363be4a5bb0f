/**
 * Cards: made from Stripe's test tokens or from a number (as Stripe.js would), attached to one customer, detached
 * for good.
 */
import { createHash } from "node:crypto";
import { cardByNumber, cardByToken, hasChecksum, type TestCard } from "./cards.ts";
import { cardError, malformed, noSuch, noSuchParam, refused } from "./errors.ts";
import { listOf, page } from "./lists.ts";
import type { Metadata, PaymentMethod } from "./objects.ts";
import { integer, metadata, oneOf, readParams, required, shape, text, unsettable } from "./params.ts";
import type { StripeCall } from "./route.ts";
import { newId, type StripeStore } from "./store.ts";

const billing = shape({ name: unsettable, email: unsettable, phone: unsettable });

interface Details {
  expMonth?: number;
  expYear?: number;
  hasCvc?: boolean;
  billing?: { name?: string; email?: string; phone?: string };
  metadata?: Metadata;
}

const make = (store: StripeStore, card: TestCard, details: Details = {}): PaymentMethod => {
  const year = new Date(store.now() * 1000).getUTCFullYear();
  const made: PaymentMethod = {
    id: newId("pm"),
    object: "payment_method",
    type: "card",
    created: store.now(),
    livemode: false,
    customer: null,
    allow_redisplay: "unspecified",
    billing_details: {
      name: details.billing?.name ?? null,
      email: details.billing?.email ?? null,
      phone: details.billing?.phone ?? null,
      address: null,
    },
    metadata: details.metadata ?? {},
    card: {
      brand: card.brand,
      display_brand: card.brand === "amex" ? "american_express" : card.brand,
      last4: card.number.slice(-4),
      exp_month: details.expMonth ?? 12,
      exp_year: details.expYear ?? year + 1,
      funding: "credit",
      country: "US",
      fingerprint: createHash("sha256").update(card.number).digest("hex").slice(0, 16),
      checks: {
        address_line1_check: null,
        address_postal_code_check: null,
        cvc_check: details.hasCvc ? "pass" : "unchecked",
      },
      networks: { available: [card.brand], preferred: null },
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
  };
  store.paymentMethods.set(made.id, made);
  store.cards.set(made.id, { behaviour: card.behaviour, isSetUp: false, isSpent: false });
  return made;
};

/** The payment method of this id; a test token makes a new one, as Stripe does. */
export const resolvePaymentMethod = (store: StripeStore, id: string, param: string): PaymentMethod => {
  const card = cardByToken(id);
  if (card !== undefined) return make(store, card);
  const kept = store.paymentMethods.get(id);
  if (kept === undefined) throw noSuchParam("PaymentMethod", id, param);
  return kept;
};

/** Binds a card to a customer. @throws StripeFailure 402 if its bank declines, 400 if it is spent or another's */
export const attachTo = (store: StripeStore, method: PaymentMethod, customerId: string): void => {
  if (method.customer === customerId) return;
  const secret = store.cards.get(method.id);
  if (method.customer !== null)
    throw refused("The payment method you provided has already been attached to a customer.", {
      param: "payment_method",
    });
  if (secret?.isSpent)
    throw refused(
      "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.",
      { param: "payment_method" },
    );
  const decline = secret?.behaviour.declinesAttach ? secret.behaviour.decline : undefined;
  if (decline !== undefined)
    throw cardError({
      code: decline.code,
      message: decline.message,
      ...(decline.declineCode === undefined ? {} : { decline_code: decline.declineCode }),
    });
  method.customer = customerId;
  store.emit("payment_method.attached", method);
};

/** A card from its number, as a browser's card form sends it with the publishable key. */
export const createPaymentMethod = ({ store, params }: StripeCall): PaymentMethod => {
  const asked = readParams(params, {
    type: oneOf("card"),
    card: shape({ number: text, exp_month: integer, exp_year: integer, cvc: text, token: text }),
    billing_details: billing,
    metadata,
    allow_redisplay: oneOf("always", "limited", "unspecified"),
  });
  required(asked.type, "type");
  const given = required(asked.card, "card");
  const extra: Details = { metadata: asked.metadata ?? {}, billing: asked.billing_details ?? {} };
  if (given.token !== undefined) {
    const card = cardByToken(given.token);
    if (card === undefined) throw noSuchParam("token", given.token, "card[token]");
    return make(store, card, extra);
  }
  const number = required(given.number, "card[number]").replace(/[\s-]/g, "");
  const expMonth = required(given.exp_month, "card[exp_month]");
  const expYear = required(given.exp_year, "card[exp_year]") + ((given.exp_year ?? 0) < 100 ? 2000 : 0);
  const wrong = (code: string, param: string, message: string) => cardError({ code, param, message });
  if (!hasChecksum(number)) throw wrong("incorrect_number", "number", "Your card number is incorrect.");
  if (expMonth < 1 || expMonth > 12)
    throw wrong("invalid_expiry_month", "exp_month", "Your card's expiration month is invalid.");
  if (Date.UTC(expYear, expMonth) / 1000 <= store.now() || expYear > 2099)
    throw wrong("invalid_expiry_year", "exp_year", "Your card's expiration year is invalid.");
  if (given.cvc !== undefined && !/^\d{3,4}$/.test(given.cvc))
    throw wrong("invalid_cvc", "cvc", "Your card's security code is invalid.");
  const card = cardByNumber(number);
  if (card === undefined)
    throw cardError({
      code: "card_declined",
      decline_code: "test_mode_live_card",
      message: "Your card was declined. Your request was in test mode, but used a non test card.",
    });
  return make(store, card, { ...extra, expMonth, expYear, hasCvc: given.cvc !== undefined });
};

const kept = (store: StripeStore, id: string): PaymentMethod => {
  if (cardByToken(id) === undefined && !store.paymentMethods.has(id))
    throw noSuch("PaymentMethod", id, "payment_method");
  return resolvePaymentMethod(store, id, "payment_method");
};

export const retrievePaymentMethod = ({ store, params, id }: StripeCall): PaymentMethod => {
  readParams(params, {});
  return kept(store, id);
};

export const updatePaymentMethod = ({ store, params, id }: StripeCall): PaymentMethod => {
  const asked = readParams(params, { metadata, billing_details: billing });
  const method = kept(store, id);
  if (method.customer === null)
    throw refused("You must save this PaymentMethod to a customer before you can update it.");
  Object.assign(method.metadata, asked.metadata);
  Object.assign(method.billing_details, asked.billing_details);
  store.emit("payment_method.updated", method);
  return method;
};

export const attachPaymentMethod = ({ store, params, id }: StripeCall): PaymentMethod => {
  const { customer } = readParams(params, { customer: text });
  const customerId = required(customer, "customer");
  if (!store.customers.has(customerId)) throw noSuchParam("customer", customerId, "customer");
  const method = kept(store, id);
  attachTo(store, method, customerId);
  return method;
};

export const detachPaymentMethod = ({ store, params, id }: StripeCall): PaymentMethod => {
  readParams(params, {});
  const method = kept(store, id);
  const customerId = method.customer;
  if (customerId === null)
    throw malformed(
      "payment_method",
      "The payment method you provided is not attached to a customer so detachment is impossible.",
    );
  method.customer = null;
  const secret = store.cards.get(id);
  if (secret) secret.isSpent = true;
  const customer = store.customers.get(customerId);
  if (customer?.invoice_settings.default_payment_method === id)
    customer.invoice_settings.default_payment_method = null;
  store.emit("payment_method.detached", method, { customer: customerId });
  return method;
};

export const listPaymentMethods = ({ store, params }: StripeCall) => {
  const asked = readParams(params, { ...page, customer: text, type: oneOf("card") });
  return listOf(
    "/v1/payment_methods",
    store.paymentMethods,
    asked,
    (each) => each.customer === (asked.customer ?? null),
  );
};
