// A call's row and the shape that people are shown of it.
import { endReason, fault } from "@callmeback/shared/contract/voice";
import { callOrigins, callStatuses } from "@callmeback/shared/domain/call-state";
import { dollars } from "@callmeback/shared/domain/pricing";
import { sql } from "@callmeback/shared/rpc/database";
import * as z from "zod";

export const callRow = z.object({
  id: z.string(),
  user_id: z.string(),
  persona_id: z.string().nullable(),
  persona_name: z.string(),
  phone_number: z.string(),
  origin: z.enum(callOrigins),
  status: z.enum(callStatuses),
  end_reason: endReason.nullable(),
  fault: fault.nullable(),
  created_at: z.string(),
  answered_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  duration_seconds: z.int().nullable(),
  cost_cents: z.int().nullable(),
  twilio_sid: z.string().nullable(),
});

export const callColumns = sql`c.id, c.user_id, c.persona_id, c.persona->>'name' as persona_name, coalesce(c.phone_number, '') as phone_number,
  c.origin, c.status, c.end_reason, c.fault, c.created_at, c.answered_at, c.ended_at, c.duration_seconds, c.cost_cents, c.twilio_sid`;

/** What a person is told about an unhappy end. */
const unhappyEnds: Readonly<Record<string, string>> = {
  busy: "The line was busy. Nothing was charged.",
  no_answer: "Nobody answered. Nothing was charged.",
  declined: "The call was declined. Nothing was charged.",
  carrier_error: "The carrier could not connect the call. Nothing was charged.",
  provider_error: "A service we depend on failed. Nothing was charged.",
  node_lost: "The call was lost by a fault of ours. Nothing was charged.",
  no_capacity: "All our lines were busy. Nothing was charged. Please try again in a few minutes.",
  internal_error: "The call failed by a fault of ours. Nothing was charged.",
};

export function presentCall(call: z.infer<typeof callRow>, transcript: string | null) {
  return {
    id: call.id,
    user_id: call.user_id,
    persona_id: call.persona_id,
    persona_name: call.persona_name,
    phone_number: call.phone_number,
    origin: call.origin,
    status: call.status,
    end_reason: call.end_reason,
    fault: call.fault,
    created_at: call.created_at,
    start_time: call.answered_at,
    end_time: call.ended_at,
    duration: call.duration_seconds,
    cost: call.cost_cents === null ? null : dollars(call.cost_cents),
    sid: call.twilio_sid,
    transcript,
    error_message: (call.end_reason === null ? undefined : unhappyEnds[call.end_reason]) ?? null,
  };
}
