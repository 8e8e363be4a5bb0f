// What a voice pipeline is told of a call, as it is read: while the phone rings, so that it can make itself ready, and once
// more when the stream's token is spent.
import { declaredFunction } from "@callmeback/shared/contract/functions";
import { personaHabits, type VoiceSession } from "@callmeback/shared/contract/voice";
import { fillScenario } from "@callmeback/shared/domain/scenario";
import { providerVoiceId } from "@callmeback/shared/domain/voices";
import { type Query, rows, sql } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { recordingFor, sealedKeyOf } from "./recording/call-key.ts";
import type { TranscriptCipher } from "./transcript-cipher.ts";

export const callSession = z.object({
  id: z.string(),
  twilio_sid: z.string(),
  persona: z.object({
    id: z.string(),
    version: z.int(),
    name: z.string(),
    voice: z.string(),
    system_prompt: z.string(),
    greeting: z.string().nullable(),
    ...personaHabits,
    functions: z.array(declaredFunction.strip()).default([]),
  }),
  scenario: z
    .object({
      opening: z.string().nullable(),
      instructions: z.string(),
      values: z.record(z.string(), z.string()),
    })
    .nullable(),
  call_pretext: z.string().nullable(),
  person_name: z.string(),
  time_zone: z.string(),
  max_seconds: z.int(),
  request_id: z.string(),
  sealed_recording_key: z.string().nullable(),
});
export type CallSession = z.infer<typeof callSession>;

/** Of `calls c` and its `users u`. */
export const sessionColumns = sql`c.id, c.twilio_sid, c.persona, c.scenario, c.call_pretext, u.name as person_name, u.time_zone,
  c.max_seconds, coalesce(c.request_id, c.id::text) as request_id, ${sealedKeyOf(sql`c.id`)} as sealed_recording_key`;

/** The call, if it rings and nobody has answered. */
export function readRinging(callId: string): Query<CallSession> {
  return rows(callSession)`
    select ${sessionColumns} from calls c join users u on u.id = c.user_id
    where c.id = ${callId} and c.status = 'ringing' and c.stream_token_hash is null and c.ended_at is null`;
}

export async function sessionOf(cipher: TranscriptCipher, call: CallSession): Promise<VoiceSession> {
  const { voice, ...persona } = call.persona;
  return {
    call_id: call.id,
    call_sid: call.twilio_sid,
    request_id: call.request_id,
    persona: { ...persona, voice_id: providerVoiceId(voice) },
    scenario: call.scenario && fillScenario(call.scenario, call.scenario.values),
    call_pretext: call.call_pretext,
    person: { name: call.person_name, time_zone: call.time_zone },
    limits: { max_seconds: call.max_seconds },
    recording: await recordingFor(cipher, call.id, call.sealed_recording_key),
  };
}
