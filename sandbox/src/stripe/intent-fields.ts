/** The parameters that payment intents take, and the rules about them that come before any bank is asked. */
import { malformed, noSuchParam, refused } from "./errors.ts";
import type { AutomaticPaymentMethods } from "./objects.ts";
import { flag, integer, list, metadata, oneOf, shape, text, unsettable } from "./params.ts";
import type { StripeStore } from "./store.ts";

export const automaticPaymentMethods = shape({ enabled: flag, allow_redirects: oneOf("always", "never") });

export const confirmFields = {
  payment_method: text,
  off_session: flag,
  return_url: text,
  error_on_requires_action: flag,
  use_stripe_sdk: flag,
  setup_future_usage: oneOf("off_session", "on_session"),
  receipt_email: unsettable,
  payment_method_types: list(oneOf("card", "link")),
  payment_method_options: shape({
    card: shape({
      request_three_d_secure: oneOf("any", "automatic", "challenge"),
      request_extended_authorization: oneOf("if_available", "never"),
      setup_future_usage: oneOf("off_session", "on_session", "none"),
    }),
  }),
};

export const describeFields = {
  description: unsettable,
  metadata,
  statement_descriptor: text,
  statement_descriptor_suffix: text,
};

export const createFields = {
  ...confirmFields,
  ...describeFields,
  amount: integer,
  currency: text,
  customer: text,
  capture_method: oneOf("automatic", "automatic_async", "manual"),
  confirm: flag,
  automatic_payment_methods: automaticPaymentMethods,
};

const minimumCents: Record<string, number> = {
  usd: 50,
  eur: 50,
  gbp: 30,
  cad: 50,
  aud: 50,
  chf: 50,
  jpy: 50,
  nzd: 50,
};

/** @throws StripeFailure 400 amount_too_small, amount_too_large, or for an unknown currency */
export const checkAmount = (amount: number, currency: string): void => {
  const minimum = minimumCents[currency];
  if (minimum === undefined) throw malformed("currency", `Invalid currency: ${currency}.`);
  if (amount < 1)
    throw malformed("amount", "This value must be greater than or equal to 1.", "parameter_invalid_integer");
  if (amount < minimum)
    throw malformed(
      "amount",
      `Amount must be at least ${(minimum / 100).toFixed(2)} ${currency}`,
      "amount_too_small",
    );
  if (amount > 99_999_999)
    throw malformed("amount", "Amount must be no more than 999,999.99", "amount_too_large");
};

export const checkCustomer = (store: StripeStore, customer: string | undefined): void => {
  if (customer !== undefined && !store.customers.has(customer))
    throw noSuchParam("customer", customer, "customer");
};

/**
 * Payment methods from the Dashboard may redirect: confirming then needs a way back, or a promise that none will.
 */
export const checkReturn = (
  automatic: AutomaticPaymentMethods | null,
  asked: { return_url?: string; off_session?: boolean },
): void => {
  if (automatic?.enabled && automatic.allow_redirects === "always" && !asked.return_url && !asked.off_session)
    throw refused(
      "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
    );
};
