/**
 * The objects that this Stripe keeps, in Stripe's own field names. Only ids and values live in them: what is shown
 * expanded is put together when it is asked for.
 */
import type { CardBehaviour } from "./cards.ts";

export type Metadata = Record<string, string>;

export interface Customer {
  id: string;
  object: "customer";
  created: number;
  livemode: false;
  email: string | null;
  name: string | null;
  phone: string | null;
  description: string | null;
  metadata: Metadata;
  invoice_settings: { default_payment_method: string | null };
  default_source: null;
  deleted?: true;
}

interface Card {
  brand: string;
  display_brand: string;
  last4: string;
  exp_month: number;
  exp_year: number;
  funding: "credit" | "debit";
  country: "US";
  fingerprint: string;
  checks: { address_line1_check: null; address_postal_code_check: null; cvc_check: "pass" | "unchecked" };
  networks: { available: string[]; preferred: null };
  three_d_secure_usage: { supported: true };
  wallet: null;
}

export interface PaymentMethod {
  id: string;
  object: "payment_method";
  type: "card";
  created: number;
  livemode: false;
  customer: string | null;
  allow_redisplay: "unspecified";
  billing_details: { name: string | null; email: string | null; phone: string | null; address: null };
  metadata: Metadata;
  card: Card;
}

/** What the bank behind a card does; never shown. */
export interface CardSecret {
  behaviour: CardBehaviour;
  /** Strong authentication was done once with a set-up. */
  isSetUp: boolean;
  /** Used without a customer, or detached: not to be used again. */
  isSpent: boolean;
}

export interface NextAction {
  type: "redirect_to_url" | "use_stripe_sdk";
  redirect_to_url?: { url: string; return_url: string };
  use_stripe_sdk?: { type: "three_d_secure_redirect"; stripe_js: string; source: string };
}

type IntentStatus =
  | "requires_payment_method"
  | "requires_confirmation"
  | "requires_action"
  | "processing"
  | "requires_capture"
  | "canceled"
  | "succeeded";

export interface AutomaticPaymentMethods {
  enabled: boolean;
  allow_redirects: "always" | "never";
}

export interface PaymentIntent {
  id: string;
  object: "payment_intent";
  amount: number;
  amount_capturable: number;
  amount_received: number;
  application: null;
  automatic_payment_methods: AutomaticPaymentMethods | null;
  canceled_at: number | null;
  cancellation_reason: string | null;
  capture_method: "automatic" | "automatic_async" | "manual";
  client_secret: string;
  confirmation_method: "automatic";
  created: number;
  currency: string;
  customer: string | null;
  description: string | null;
  last_payment_error: unknown;
  latest_charge: string | null;
  livemode: false;
  metadata: Metadata;
  next_action: NextAction | null;
  payment_method: string | null;
  payment_method_options: { card: Record<string, unknown> };
  payment_method_types: string[];
  processing: null;
  receipt_email: string | null;
  setup_future_usage: "off_session" | "on_session" | null;
  statement_descriptor: string | null;
  statement_descriptor_suffix: string | null;
  status: IntentStatus;
}

export interface SetupIntent {
  id: string;
  object: "setup_intent";
  automatic_payment_methods: AutomaticPaymentMethods | null;
  cancellation_reason: string | null;
  client_secret: string;
  created: number;
  customer: string | null;
  description: string | null;
  last_setup_error: unknown;
  latest_attempt: null;
  livemode: false;
  metadata: Metadata;
  next_action: NextAction | null;
  payment_method: string | null;
  payment_method_types: string[];
  status: "requires_payment_method" | "requires_confirmation" | "requires_action" | "canceled" | "succeeded";
  usage: "off_session" | "on_session";
}

export interface Charge {
  id: string;
  object: "charge";
  amount: number;
  amount_captured: number;
  amount_refunded: number;
  balance_transaction: null;
  billing_details: PaymentMethod["billing_details"];
  captured: boolean;
  created: number;
  currency: string;
  customer: string | null;
  description: string | null;
  disputed: false;
  failure_code: string | null;
  failure_message: string | null;
  livemode: false;
  metadata: Metadata;
  outcome: {
    network_status: string;
    reason: string | null;
    risk_level: "normal";
    seller_message: string;
    type: string;
  };
  paid: boolean;
  payment_intent: string;
  payment_method: string;
  payment_method_details: {
    type: "card";
    card: {
      brand: string;
      last4: string;
      exp_month: number;
      exp_year: number;
      funding: string;
      country: "US";
      network: string;
      amount_authorized: number;
      capture_before: number | null;
      extended_authorization: { status: "disabled" };
    };
  };
  receipt_url: string | null;
  refunded: boolean;
  status: "succeeded" | "failed";
}

export interface Refund {
  id: string;
  object: "refund";
  amount: number;
  charge: string;
  created: number;
  currency: string;
  metadata: Metadata;
  payment_intent: string;
  reason: "duplicate" | "fraudulent" | "requested_by_customer" | null;
  status: "succeeded";
}

export interface StripeEvent {
  id: string;
  object: "event";
  api_version: string;
  created: number;
  type: string;
  livemode: false;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  data: { object: unknown; previous_attributes?: unknown };
}
