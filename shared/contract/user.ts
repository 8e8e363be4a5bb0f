// A person's own things: the verified phone, cards, and the hold that pays for a call.
import * as z from "zod";
import { user } from "./auth.ts";
import { email, message, personName, phone, time, timeZone } from "./fields.ts";
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

export const userRoutes = {
  updateProfile: route({
    method: "PUT",
    path: "/api/user/profile",
    summary: "Change name, e-mail, phone or time zone; a new e-mail or phone has to be verified anew",
    tag: "User",
    caller: "user",
    rateLimit: { limit: 10, window: "minute", per: "user" },
    body: z.strictObject({
      name: personName.optional(),
      email: email.optional(),
      phone: phone.optional(),
      time_zone: timeZone.optional(),
    }),
    success: { status: 200, schema: z.strictObject({ user: user.extend({ updated_at: time }) }) },
    errors: ["EMAIL_EXISTS", "PHONE_EXISTS"],
    example: { body: { name: "Ada King", time_zone: "Europe/London" } },
  }),
  startPhoneVerification: route({
    method: "POST",
    path: "/api/user/phone/verification",
    summary: "Send a six-digit code to the phone in the profile; it lives 10 minutes",
    tag: "User",
    caller: "user",
    rateLimit: { limit: 5, window: "hour", per: "user" },
    success: {
      status: 200,
      schema: z.strictObject({ message: z.string(), phone: z.string(), expires_at: time }),
    },
    errors: ["TWILIO_ERROR", "TOO_MANY_CODES", "ALREADY_EXISTS"],
  }),
  checkPhoneVerification: route({
    method: "POST",
    path: "/api/user/phone/verification/check",
    summary: "Prove the phone with the code; 5 tries a code",
    tag: "User",
    caller: "user",
    rateLimit: { limit: 10, window: "minute", per: "user" },
    body: z.strictObject({
      code: z.string({ error: "must be a text" }).regex(/^\d{6}$/, "must be the six digits of the code"),
    }),
    success: {
      status: 200,
      schema: z.strictObject({ message: z.string(), phone: z.string(), phone_verified: z.literal(true) }),
    },
    errors: ["INVALID_CODE", "TWILIO_ERROR", "TOO_MANY_CODES"],
    example: { body: { code: "123456" } },
  }),
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
      payment_method_id: z
        .string({ error: "must be a text" })
        .regex(/^pm_\w{1,250}$/, "must be a Stripe payment method, such as pm_1234"),
      set_as_default: z.boolean({ error: "must be true or false" }).default(false),
    }),
    success: { status: 201, schema: z.strictObject({ payment_method: paymentMethod }) },
    errors: ["ALREADY_EXISTS", ...cardErrors],
    example: { body: { payment_method_id: "pm_card_visa", set_as_default: true } },
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
