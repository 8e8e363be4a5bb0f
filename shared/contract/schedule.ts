// Calls of another day: make one, see what is ahead, cancel.
import * as z from "zod";
import { scheduleStatuses } from "../domain/call-state.ts";
import { dollars, id, text, time, timeZone } from "./fields.ts";
import { phone } from "./phone.ts";
import { route } from "./route.ts";

export const scheduledCall = z.strictObject({
  id,
  user_id: id,
  persona_id: id.nullable(),
  persona_name: z.string(),
  phone_number: z.string(),
  scheduled_time: time,
  /** To show the time in. */
  time_zone: z.string(),
  status: z.enum(scheduleStatuses),
  created_at: time,
  /** Dollars: what the call can cost at most. */
  estimated_cost: dollars,
  /** The call that came of it. */
  call_id: id.nullable(),
  /** An error's code, when no call came of it. */
  failure_reason: z.string().nullable(),
});

/** What a call needs, now or on another day. */
export const callWish = {
  phone_number: phone,
  persona_id: id,
  payment_intent_id: z
    .string({ error: "must be a text" })
    .regex(/^pi_\w{1,250}$/, "must be a Stripe payment intent, such as pi_1234"),
  scenario_template_id: id.optional(),
  /** Values for the template's variables. */
  variables: z.record(z.string().max(40), text(1, 500)).optional(),
  call_pretext: text(1, 500).optional(),
};

export const scheduleRoutes = {
  scheduleCall: route({
    method: "POST",
    path: "/api/calls/schedule",
    summary: "Call me at a time of my choice, 5 minutes to 30 days ahead; at most 50 ahead",
    tag: "Schedule",
    caller: "user",
    rateLimit: { limit: 10, window: "hour", per: "user" },
    body: z.strictObject({
      ...callWish,
      scheduled_time: z.iso.datetime({
        offset: true,
        error: "must be an ISO 8601 time with an offset or Z, such as 2026-12-24T18:00:00+01:00",
      }),
      time_zone: timeZone.optional(),
    }),
    success: { status: 201, schema: z.strictObject({ scheduled_call: scheduledCall }) },
    errors: [
      "PAYMENT_REQUIRED",
      "PAYMENT_FAILED",
      "PHONE_NOT_VERIFIED",
      "CALL_BLOCKED",
      "IDEMPOTENCY_CONFLICT",
      "MAX_SCHEDULED",
    ],
    example: {
      body: {
        phone_number: "+14155550123",
        persona_id: "01990000-0000-7000-8000-000000000005",
        payment_intent_id: "pi_3Example",
        scheduled_time: "2026-12-24T18:00:00+01:00",
        time_zone: "Europe/Berlin",
      },
    },
  }),
  listScheduledCalls: route({
    method: "GET",
    path: "/api/calls/scheduled",
    summary: "One's scheduled calls, the next one first unless asked otherwise",
    tag: "Schedule",
    caller: "user",
    rateLimit: { limit: 60, window: "minute", per: "user" },
    cache: "private",
    query: z.strictObject({
      status: z.enum(scheduleStatuses, { error: `must be one of ${scheduleStatuses.join(", ")}` }).optional(),
      sort: z.enum(["time_asc", "time_desc"], { error: "must be time_asc or time_desc" }).default("time_asc"),
    }),
    success: { status: 200, schema: z.strictObject({ scheduled_calls: z.array(scheduledCall) }) },
    errors: [],
    example: { query: { status: "scheduled", sort: "time_asc" } },
  }),
  cancelScheduledCall: route({
    method: "DELETE",
    path: "/api/calls/schedule/:id",
    summary: "Cancel a scheduled call, up to 5 minutes before; the money comes back",
    tag: "Schedule",
    caller: "user",
    rateLimit: { limit: 20, window: "minute", per: "user" },
    params: z.strictObject({ id }),
    success: {
      status: 200,
      schema: z.strictObject({
        message: z.string(),
        refund: z.strictObject({
          amount: dollars,
          /** `released`: the money was only held; `refunded`: it had been taken. */
          status: z.enum(["released", "refunded"]),
          refund_id: z.string().nullable(),
        }),
      }),
    },
    errors: ["FORBIDDEN", "CANCELLATION_DENIED", "NOT_FOUND", "STRIPE_ERROR"],
  }),
};
