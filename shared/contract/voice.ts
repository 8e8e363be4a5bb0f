// What a voice pipeline and the mesh tell each other of one call: what it needs to hold it, and what happened in it.
import * as z from "zod";
import { silenceSeconds } from "../domain/silence.ts";
import { id, time } from "./fields.ts";
import { declaredFunction } from "./functions.ts";

/** Why a call ended. */
export const endReason = z.enum([
  "caller_hangup",
  "persona_goodbye",
  "time_limit",
  "silence",
  "opt_out",
  "no_answer",
  "busy",
  "declined",
  "voicemail",
  "canceled_by_user",
  "carrier_error",
  "provider_error",
  "node_lost",
  "no_capacity",
  "internal_error",
]);
export type EndReason = z.infer<typeof endReason>;

/** Whose fault an unhappy end was; `us`, `provider` and `carrier` cost the person nothing. */
export const fault = z.enum(["none", "callee", "carrier", "provider", "us"]);
export type Fault = z.infer<typeof fault>;

const milliseconds = z.number().min(0);

/** One turn's waterfall; each part in milliseconds, `null` where the turn had no such part. */
export const turnLatency = z.strictObject({
  /** Last caller sound to the end of turn as reported by speech-to-text. */
  endpointing_ms: milliseconds.nullable(),
  /** End of turn to the LLM's first token. */
  first_token_ms: milliseconds.nullable(),
  /** End of turn to the first clause handed to text-to-speech. */
  first_clause_ms: milliseconds.nullable(),
  /** End of turn to the first byte of speech. */
  first_audio_ms: milliseconds.nullable(),
  /** End of turn to the first frame written to Twilio: "to the wire". */
  first_frame_ms: milliseconds.nullable(),
});
export type TurnLatency = z.infer<typeof turnLatency>;

const entry = { seq: z.int().min(1), at: time };

/** What happened in a call, in order. `seq` counts from 1 without gaps; the mesh takes each once. */
export const journalEntry = z.discriminatedUnion("type", [
  z.strictObject({ ...entry, type: z.literal("opened"), stream_sid: z.string().max(64) }),
  z.strictObject({
    ...entry,
    type: z.literal("turn"),
    speaker: z.enum(["caller", "persona"]),
    /** For the persona only what was heard. */
    text: z.string().max(20_000),
    started_at: time,
    ended_at: time,
    interrupted: z.boolean(),
    latency: turnLatency.nullable(),
  }),
  z.strictObject({
    ...entry,
    type: z.literal("function"),
    name: z.string().max(64),
    arguments: z.string().max(10_000),
    result: z.string().max(10_000),
    duration_ms: milliseconds,
    ok: z.boolean(),
  }),
  z.strictObject({
    ...entry,
    type: z.literal("fault"),
    provider: z.enum(["twilio", "deepgram", "llm", "elevenlabs", "mesh"]),
    message: z.string().max(500),
  }),
  z.strictObject({
    ...entry,
    type: z.literal("opt_out"),
    /** How the callee asked not to be called any more. */
    source: z.enum(["spoken", "digit"]),
    /** Their words, or the digit. */
    evidence: z.string().max(500),
  }),
  z.strictObject({
    ...entry,
    /** The callee agreed to be recorded, or no longer does: then all of it is deleted. */
    type: z.literal("recording"),
    consent: z.enum(["given", "withdrawn"]),
    /** Their words. */
    evidence: z.string().max(500),
  }),
  z.strictObject({
    ...entry,
    type: z.literal("ended"),
    end_reason: endReason,
    fault,
    /** Of the call's time, how long a provider's failure kept it from going on: it is not charged. */
    lost_seconds: z.int().min(0).default(0),
    /** Measured use, from which the cost by provider is made. */
    usage: z.strictObject({
      speech_to_text_seconds: z.number().min(0),
      llm_input_tokens: z.int().min(0),
      llm_output_tokens: z.int().min(0),
      speech_characters: z.int().min(0),
    }),
  }),
]);
export type JournalEntry = z.infer<typeof journalEntry>;

/** How a persona meets silence and machines; what was written of a call before it had a choice has none of it. */
export const personaHabits = {
  silence_seconds: z.int().default(silenceSeconds.usual),
  leaves_machines: z.boolean().default(true),
};

/** All a voice pipeline needs to hold one conversation. */
export const voiceSession = z.strictObject({
  call_id: id,
  call_sid: z.string(),
  /** The request that asked for the call: it stands in every log line and outside request of it. */
  request_id: z.string(),
  persona: z.strictObject({
    id,
    version: z.int(),
    name: z.string(),
    /** The provider's voice id. */
    voice_id: z.string(),
    system_prompt: z.string(),
    /** Its first line, after the disclosure; a scenario's opening comes before it. */
    greeting: z.string().nullable(),
    ...personaHabits,
    /** What it can do beside what every persona can; the mesh asks them. */
    functions: z.array(declaredFunction).default([]),
  }),
  scenario: z.strictObject({ opening: z.string().nullable(), instructions: z.string() }).nullable(),
  call_pretext: z.string().nullable(),
  person: z.strictObject({ name: z.string(), time_zone: z.string() }),
  limits: z.strictObject({
    /** Seconds of conversation that the hold pays for. */
    max_seconds: z.int().min(1),
  }),
  /** Null when nobody is to be asked whether the call may be recorded. */
  recording: z
    .strictObject({
      /** Of this call alone, 32 bytes in base64; it must not reach a disk. */
      key: z.string(),
    })
    .nullable()
    .default(null),
});
export type VoiceSession = z.infer<typeof voiceSession>;

/** What the handshake of Twilio's stream may be signed with; they are the same for every stream to one address. */
export const streamSignatures = z.array(z.string().max(64)).min(1).max(4);

/** What a voice pipeline is told of a call while it rings (its own door `POST /prepare`): all that its stream will need. */
export const callToPrepare = z.strictObject({
  session: voiceSession,
  stream_signatures: streamSignatures,
  /** SHA-256 in hex of the token that the stream will show. */
  stream_token_hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type CallToPrepare = z.infer<typeof callToPrepare>;
