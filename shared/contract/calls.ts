// Calls: place one, list them, read one, hang one up.
import * as z from "zod";
import { callOrigins, callStatuses } from "../domain/call-state.ts";
import { costProviders } from "../domain/costs.ts";
import { agentLog, callToLog } from "./agent-log.ts";
import { dollars, id, message, pageQuery, pagination, queryInteger, time } from "./fields.ts";
import { recordingOfCall } from "./recordings.ts";
import { route } from "./route.ts";
import { callWish } from "./schedule.ts";
import { endReason, fault, turnLatency } from "./voice.ts";

const status = z.enum(callStatuses);

export const call = z.strictObject({
  id,
  user_id: id,
  persona_id: id.nullable(),
  persona_name: z.string(),
  /** The other side's; empty when it is not known. */
  phone_number: z.string(),
  /** `logged`: an outside agent made it and told us. `try_out`: made like any other, for nothing. */
  origin: z.enum(callOrigins),
  status,
  end_reason: endReason.nullable(),
  fault: fault.nullable(),
  created_at: time,
  /** When the call was answered. */
  start_time: time.nullable(),
  end_time: time.nullable(),
  /** Whole seconds from answer to end; null until known. */
  duration: z.int().nullable(),
  /** Dollars; null until known. */
  cost: dollars.nullable(),
  /** Twilio's id; null until Twilio has taken the call. */
  sid: z.string().nullable(),
  transcript: z.string().nullable(),
  error_message: z.string().nullable(),
});

export const turn = z.strictObject({
  seq: z.int(),
  speaker: z.enum(["caller", "persona"]),
  text: z.string(),
  started_at: time,
  ended_at: time,
  interrupted: z.boolean(),
  latency: turnLatency.nullable(),
});

/** What a provider's part of a call cost us. */
export const costLine = z.strictObject({
  provider: z.enum(costProviders),
  /** How much was used; null when it was not measured. */
  quantity: z.number().nullable(),
  unit: z.enum(["seconds", "tokens", "characters", "cents"]),
  /** Dollars, to the millionth; null when it is not known. */
  cost: z.number().nullable(),
});

export const callDetail = call.extend({
  /** Taken off the price for time in which a provider of ours kept the call from going on; null where there is none. */
  credit: z.strictObject({ seconds: z.int(), amount: dollars }).nullable(),
  costs: z.array(costLine),
  turns: z.array(turn),
  /** Null for a call that was logged, and for a try-out: nothing was held. */
  payment: z
    .strictObject({
      payment_intent_id: z.string(),
      state: z.enum([
        "pending",
        "held",
        "capturing",
        "captured",
        "releasing",
        "released",
        "refunded",
        "failed",
      ]),
      held: dollars,
      captured: dollars.nullable(),
      released: dollars.nullable(),
      /** Of what was captured. */
      refunded: dollars,
      currency: z.string(),
    })
    .nullable(),
  /** What may be listened to: nothing without the callee's spoken yes, or once it is deleted. */
  recording: recordingOfCall.nullable(),
  /** Null for a call that we dialled. */
  agent_log: agentLog.nullable(),
});

/** A call that was just asked for. */
export const placedCall = z.strictObject({
  id,
  /** Null while Twilio is being asked. */
  sid: z.string().nullable(),
  status,
  persona_id: id,
  phone_number: z.string(),
  created_at: time,
  /** Dollars: the most this call can cost, which is what is held. */
  estimated_cost: dollars,
});

export const callRoutes = {
  createCall: route({
    method: "POST",
    path: "/api/call",
    summary: "Call me now. The same payment intent with the same body answers the same call again",
    tag: "Calls",
    caller: "user",
    rateLimit: { limit: 5, window: "minute", per: "user" },
    body: z.strictObject(callWish),
    success: {
      status: 200,
      schema: z.strictObject({ call: placedCall }),
    },
    errors: [
      "PAYMENT_REQUIRED",
      "PAYMENT_FAILED",
      "PHONE_NOT_VERIFIED",
      "CALL_BLOCKED",
      "IDEMPOTENCY_CONFLICT",
      "CONCURRENT_CALLS",
      "TWILIO_ERROR",
    ],
    example: {
      body: {
        phone_number: "+14155550123",
        persona_id: "01990000-0000-7000-8000-000000000001",
        payment_intent_id: "pi_3Example",
      },
    },
  }),
  listCalls: route({
    method: "GET",
    path: "/api/calls",
    summary: "One's own calls, newest first unless asked otherwise",
    tag: "Calls",
    caller: "user",
    rateLimit: { limit: 60, window: "minute", per: "user" },
    cache: "private",
    query: z.strictObject({
      ...pageQuery,
      status: z.enum(callStatuses, { error: `must be one of ${callStatuses.join(", ")}` }).optional(),
      sort: z
        .enum(["date_desc", "date_asc", "cost_desc", "cost_asc"], {
          error: "must be date_desc, date_asc, cost_desc or cost_asc",
        })
        .default("date_desc"),
      from_date: z.iso
        .datetime({ offset: true, error: "must be an ISO 8601 time with an offset or Z" })
        .optional(),
      to_date: z.iso
        .datetime({ offset: true, error: "must be an ISO 8601 time with an offset or Z" })
        .optional(),
    }),
    success: { status: 200, schema: z.strictObject({ calls: z.array(call), pagination }) },
    errors: [],
    example: { query: { page: "1", limit: "20", status: "completed", sort: "date_desc" } },
  }),
  logCall: route({
    method: "POST",
    path: "/api/calls",
    summary:
      "Write down a call that an agent of one's own made elsewhere. The same Idempotency-Key answers the same call",
    tag: "Calls",
    caller: "user",
    rateLimit: { limit: 120, window: "minute", per: "user" },
    body: callToLog,
    success: { status: 201, schema: z.strictObject({ call }) },
    errors: ["IDEMPOTENCY_CONFLICT"],
    example: {
      body: {
        client_id: "smith-dental",
        caller_phone: "+14155550123",
        transcript: "Agent: Smith Dental, hello. Caller: Do you have time on Friday?",
        sentiment: "positive",
        duration_seconds: 45.5,
        stt_latency_ms: 150,
        llm_latency_ms: 300,
        tts_latency_ms: 200,
      },
    },
  }),
  usage: route({
    method: "GET",
    path: "/api/user/usage",
    summary: "Calls, minutes and money: in all, this month, and month by month in one's own time zone",
    tag: "User",
    caller: "user",
    rateLimit: { limit: 60, window: "minute", per: "user" },
    cache: "private",
    query: z.strictObject({ months: queryInteger(1, 24).default(3) }),
    success: {
      status: 200,
      schema: z.strictObject({
        total_calls: z.int(),
        total_minutes: z.int(),
        total_spent: dollars,
        current_month: z.strictObject({ calls: z.int(), minutes: z.int(), spent: dollars }),
        /** The newest first; a month without a call is there with zeros. */
        monthly_breakdown: z.array(
          z.strictObject({ month: z.string(), calls: z.int(), minutes: z.int(), spent: dollars }),
        ),
      }),
    },
    errors: [],
    example: { query: { months: "3" } },
  }),
  getCall: route({
    method: "GET",
    path: "/api/calls/:id",
    summary: "One call with its turns, their latencies, and its payment",
    tag: "Calls",
    caller: "user",
    rateLimit: { limit: 120, window: "minute", per: "user" },
    params: z.strictObject({ id }),
    success: { status: 200, schema: z.strictObject({ call: callDetail }) },
    errors: ["NOT_FOUND"],
  }),
  hangUpCall: route({
    method: "POST",
    path: "/api/calls/:id/hangup",
    summary: "End a call of one's own, ringing or running",
    tag: "Calls",
    caller: "user",
    rateLimit: { limit: 20, window: "minute", per: "user" },
    params: z.strictObject({ id }),
    success: { status: 200, schema: message },
    errors: ["NOT_FOUND", "TWILIO_ERROR"],
  }),
};
