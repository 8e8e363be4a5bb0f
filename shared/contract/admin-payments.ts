// Payments as an operator sees them: what was held, taken, given back and disputed.
import * as z from "zod";
import { dollars, id, pageQuery, pagination, text, time } from "./fields.ts";
import { route } from "./route.ts";

export const paymentStates = [
  "creating",
  "pending",
  "held",
  "capturing",
  "captured",
  "releasing",
  "released",
  "refunded",
  "failed",
] as const;

const payment = z.strictObject({
  id,
  user_id: id,
  /** Null until Stripe has given one. */
  payment_intent_id: z.string().nullable(),
  state: z.enum(paymentStates),
  held: dollars,
  /** Null until it is known what to take. */
  captured: dollars.nullable(),
  refunded: dollars,
  currency: z.string(),
  created_at: time,
  settled_at: time.nullable(),
  is_disputed: z.boolean(),
});

const refund = z.strictObject({
  id,
  amount: dollars,
  reason: z.string(),
  /** `creating`: Stripe is being asked. */
  state: z.enum(["creating", "succeeded", "failed"]),
  stripe_refund_id: z.string().nullable(),
  created_at: time,
});

const dispute = z.strictObject({
  /** Stripe's. */
  id: z.string(),
  amount: dollars,
  /** In Stripe's words, such as `needs_response`, `won`, `lost`. */
  status: z.string(),
  reason: z.string(),
  evidence_due_at: time.nullable(),
  created_at: time,
});

const idParam = z.strictObject({ id });
const flag = z.enum(["true"], { error: "must be true, or left out" });
const isCents = (amount: number) => Math.abs(amount * 100 - Math.round(amount * 100)) < 1e-6;

export const adminPaymentRoutes = {
  adminListPayments: route({
    method: "GET",
    path: "/api/admin/payments",
    summary: "Everybody's payments, newest first",
    tag: "Admin",
    caller: "admin",
    rateLimit: { limit: 120, window: "minute", per: "user" },
    query: z.strictObject({
      ...pageQuery,
      user_id: id.optional(),
      state: z.enum(paymentStates, { error: `must be one of ${paymentStates.join(", ")}` }).optional(),
      disputed: flag.optional(),
    }),
    success: { status: 200, schema: z.strictObject({ payments: z.array(payment), pagination }) },
    errors: [],
    example: { query: { state: "captured" } },
  }),
  adminGetPayment: route({
    method: "GET",
    path: "/api/admin/payments/:id",
    summary: "One payment with its refunds and disputes",
    tag: "Admin",
    caller: "admin",
    rateLimit: { limit: 120, window: "minute", per: "user" },
    params: idParam,
    success: {
      status: 200,
      schema: z.strictObject({
        payment: payment.extend({ refunds: z.array(refund), disputes: z.array(dispute) }),
      }),
    },
    errors: ["NOT_FOUND"],
  }),
  adminRefundPayment: route({
    method: "POST",
    path: "/api/admin/payments/:id/refund",
    summary:
      "Give back what was captured, wholly or in part. The same Idempotency-Key is the same refund, however often it is asked for",
    tag: "Admin",
    caller: "admin",
    rateLimit: { limit: 30, window: "minute", per: "user" },
    params: idParam,
    body: z.strictObject({
      /** Left out: all that is left. */
      amount: z
        .number({ error: "must be an amount of dollars, such as 0.65" })
        .min(0.01, "must be at least 0.01")
        .max(1000, "must be at most 1000")
        .refine(isCents, "must have at most two decimals")
        .optional(),
      reason: text(3, 500),
    }),
    success: { status: 200, schema: z.strictObject({ refund }) },
    errors: ["NOT_FOUND", "IDEMPOTENCY_CONFLICT", "STRIPE_ERROR"],
    example: { body: { amount: 0.65, reason: "The line crackled, ticket 4711" } },
  }),
};
