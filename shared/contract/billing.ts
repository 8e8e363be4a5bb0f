// Money: cards, the hold that pays for a call, and what Stripe reports.
import * as z from "zod";
import { message } from "./fields.ts";
import { route } from "./route.ts";

export const paymentMethod = z.strictObject({
  id: z.string(),
  type: z.literal("card"),
  last4: z.string(),
  brand: z.string(),
  exp_month: z.int(),
  exp_year: z.int(),
  is_default: z.boolean(),
});

const cardErrors = ["PAYMENT_FAILED", "CARD_DECLINED", "INSUFFICIENT_FUNDS", "STRIPE_ERROR"] as const;

const cardId = z
  .string({ error: "must be a text" })
  .regex(/^pm_\w{1,250}$/, "must be a Stripe payment method, such as pm_1234");

export const billingRoutes = {
  billing: route({
    method: "GET",
    path: "/api/user/billing",
    summary: "Cards on file",
    tag: "Billing",
    caller: "user",
    rateLimit: { limit: 30, window: "minute", per: "user" },
    cache: "private",
    success: {
      status: 200,
      schema: z.strictObject({
        payment_methods: z.array(paymentMethod),
        balance: z.number(),
        currency: z.literal("usd"),
      }),
    },
    errors: [],
  }),
  addPaymentMethod: route({
    method: "POST",
    path: "/api/user/payment-method",
    summary: "Keep a card that Stripe.js has tokenised",
    tag: "Billing",
    caller: "user",
    rateLimit: { limit: 10, window: "hour", per: "user" },
    body: z.strictObject({
      payment_method_id: cardId,
      set_as_default: z.boolean({ error: "must be true or false" }).default(false),
    }),
    success: { status: 201, schema: z.strictObject({ payment_method: paymentMethod }) },
    errors: ["ALREADY_EXISTS", ...cardErrors],
    example: { body: { payment_method_id: "pm_card_visa", set_as_default: true } },
  }),
  createSetupIntent: route({
    method: "POST",
    path: "/api/user/setup-intent",
    summary:
      "Begin to keep a card that may ask its owner to authenticate; Stripe.js confirms it, then the card is added",
    tag: "Billing",
    caller: "user",
    rateLimit: { limit: 10, window: "hour", per: "user" },
    success: {
      status: 200,
      schema: z.strictObject({ setup_intent_id: z.string(), client_secret: z.string() }),
    },
    errors: ["STRIPE_ERROR"],
  }),
  setDefaultPaymentMethod: route({
    method: "PUT",
    path: "/api/user/payment-method/:id/default",
    summary: "Pay with this card from now on",
    tag: "Billing",
    caller: "user",
    rateLimit: { limit: 20, window: "minute", per: "user" },
    params: z.strictObject({ id: cardId }),
    success: { status: 200, schema: message },
    errors: ["NOT_FOUND"],
    example: { params: { id: "pm_1Example" } },
  }),
  removePaymentMethod: route({
    method: "DELETE",
    path: "/api/user/payment-method/:id",
    summary: "Forget a card; the default one only after another was made the default",
    tag: "Billing",
    caller: "user",
    rateLimit: { limit: 20, window: "minute", per: "user" },
    params: z.strictObject({ id: cardId }),
    success: { status: 200, schema: message },
    errors: ["CANNOT_REMOVE_DEFAULT", "NOT_FOUND"],
    example: { params: { id: "pm_1Example" } },
  }),
  createPaymentIntent: route({
    method: "POST",
    path: "/api/user/create-payment-intent",
    summary: "Hold $0.25 + $0.40 a minute on the default card; only what the call used is captured",
    tag: "Billing",
    caller: "user",
    rateLimit: { limit: 10, window: "minute", per: "user" },
    body: z.strictObject({
      estimated_duration: z
        .int({ error: "must be a whole number of minutes" })
        .min(1, "must be at least 1 minute")
        .max(30, "must be at most 30 minutes"),
    }),
    success: {
      status: 200,
      schema: z.strictObject({
        payment_intent_id: z.string(),
        client_secret: z.string(),
        /** Cents, as Stripe counts. */
        amount: z.int(),
        currency: z.literal("usd"),
        /** `requires_action`: Stripe.js must confirm it with the client secret before a call can take it. */
        status: z.enum(["held", "requires_action"]),
      }),
    },
    errors: ["NO_PAYMENT_METHOD", ...cardErrors],
    example: { body: { estimated_duration: 5 } },
  }),
  stripeWebhook: route({
    method: "POST",
    path: "/api/webhooks/stripe",
    summary: "Stripe reports an event",
    tag: "Billing",
    caller: "stripe",
    rateLimit: null,
    body: z.string(),
    bodyFormat: "text",
    success: { status: 200, schema: message },
    errors: [],
  }),
};
