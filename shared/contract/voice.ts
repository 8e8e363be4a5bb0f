// Twilio's webhooks, and the requests by which a voice pipeline serves one call: open the session (once, with the stream's
// token), deliver its journal, show words, hand in a recording and the events, ask for the hang-up.
import * as z from "zod";
import { partBytes, sealBytes } from "../domain/recording.ts";
import { isGzip, mostReplayBytes } from "../domain/replay.ts";
import { silenceSeconds } from "../domain/silence.ts";
import { id, time } from "./fields.ts";
import { route } from "./route.ts";

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
const streamSignatures = z.array(z.string().max(64)).min(1).max(4);

/** What a voice pipeline is told of a call while it rings (its own door `POST /prepare`): all that its stream will need. */
export const callToPrepare = z.strictObject({
  session: voiceSession,
  stream_signatures: streamSignatures,
  /** SHA-256 in hex of the token that the stream will show. */
  stream_token_hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type CallToPrepare = z.infer<typeof callToPrepare>;

const callIdParam = z.strictObject({ call_id: id });
const partParam = z
  .string()
  .regex(/^\d{1,4}$/, "must be a part's number")
  .transform(Number);

export const voiceRoutes = {
  voiceAnswer: route({
    method: "POST",
    path: "/api/voice/answer",
    summary: "Twilio asks what to do with an answered call",
    tag: "Voice",
    caller: "twilio",
    rateLimit: null,
    query: z.looseObject({ call_id: id }),
    body: z.looseObject({ CallSid: z.string().max(64), CallStatus: z.string().max(32).optional() }),
    bodyFormat: "form",
    success: { status: 200, schema: z.string(), contentType: "text/xml" },
    errors: ["NOT_FOUND"],
  }),
  voiceStatus: route({
    method: "POST",
    path: "/api/voice/status",
    summary: "Twilio reports a call's progress",
    tag: "Voice",
    caller: "twilio",
    rateLimit: null,
    query: z.looseObject({ call_id: id }),
    body: z.looseObject({
      CallSid: z.string().max(64),
      CallStatus: z.string().max(32),
      SequenceNumber: z
        .string()
        .regex(/^\d{1,6}$/)
        .default("0"),
      Timestamp: z.string().max(64).optional(),
      CallDuration: z
        .string()
        .regex(/^\d{1,7}$/)
        .optional(),
      SipResponseCode: z.string().max(8).optional(),
    }),
    bodyFormat: "form",
    success: { status: 200, schema: z.string(), contentType: "text/xml" },
    errors: ["NOT_FOUND"],
  }),
  voiceAmd: route({
    method: "POST",
    path: "/api/voice/amd",
    summary: "Twilio tells who answered; a machine that the persona leaves is hung up on and costs nothing",
    tag: "Voice",
    caller: "twilio",
    rateLimit: null,
    query: z.looseObject({ call_id: id }),
    body: z.looseObject({ CallSid: z.string().max(64), AnsweredBy: z.string().max(32) }),
    bodyFormat: "form",
    success: { status: 200, schema: z.string(), contentType: "text/xml" },
    errors: ["NOT_FOUND"],
  }),
  voiceStreamStatus: route({
    method: "POST",
    path: "/api/voice/stream-status",
    summary: "Twilio tells that a media stream began, ended or failed; kept with the call",
    tag: "Voice",
    caller: "twilio",
    rateLimit: null,
    query: z.looseObject({ call_id: id }),
    body: z.looseObject({
      CallSid: z.string().max(64),
      StreamSid: z.string().max(64),
      StreamEvent: z.string().max(32),
      StreamError: z.string().max(500).optional(),
    }),
    bodyFormat: "form",
    success: { status: 200, schema: z.string(), contentType: "text/xml" },
    errors: ["NOT_FOUND"],
  }),
  voiceAfterStream: route({
    method: "POST",
    path: "/api/voice/after-stream",
    summary: "Twilio asks what to do when the stream is over and the call is not",
    tag: "Voice",
    caller: "twilio",
    rateLimit: null,
    query: z.looseObject({ call_id: id }),
    body: z.looseObject({ CallSid: z.string().max(64) }),
    bodyFormat: "form",
    success: { status: 200, schema: z.string(), contentType: "text/xml" },
    errors: ["NOT_FOUND"],
  }),
  voiceStream: route({
    method: "GET",
    path: "/api/voice/stream",
    summary: "Where media streams go: a redirect to the voice pipeline for a WebSocket",
    tag: "Voice",
    caller: "none",
    rateLimit: { limit: 60, window: "minute", per: "ip" },
    needsNoDatabase: true,
    upgrade: true,
    success: { status: 101, schema: z.string() },
    errors: [],
  }),
  voiceMessage: route({
    method: "POST",
    path: "/api/voice/message",
    summary:
      "Twilio passes on an SMS to our number: STOP ends all calls to its sender, START allows them again",
    tag: "Voice",
    caller: "twilio",
    rateLimit: null,
    body: z.looseObject({
      MessageSid: z.string().max(64),
      From: z.string().max(32),
      Body: z.string().max(5000),
    }),
    bodyFormat: "form",
    success: { status: 200, schema: z.string(), contentType: "text/xml" },
    errors: [],
  }),
  voiceOpenSession: route({
    method: "POST",
    path: "/api/voice/sessions",
    summary: "A voice pipeline opens a call's stream with its one-use token and gets the call's context",
    tag: "Voice",
    caller: "voice-node",
    rateLimit: null,
    body: z.strictObject({
      call_id: id,
      stream_token: z.string().min(1).max(128),
      call_sid: z.string().min(1).max(64),
      stream_sid: z.string().min(1).max(64),
      node: z.string().min(1).max(100),
    }),
    success: {
      status: 200,
      schema: z.strictObject({ session: voiceSession, stream_signatures: streamSignatures }),
    },
    errors: ["INVALID_STREAM_TOKEN"],
  }),
  voiceJournal: route({
    method: "POST",
    path: "/api/voice/sessions/:call_id/journal",
    summary: "A voice pipeline delivers journal entries; doubled ones are taken once",
    tag: "Voice",
    caller: "voice-node",
    rateLimit: null,
    params: callIdParam,
    body: z.strictObject({ entries: z.array(journalEntry).min(1).max(200) }),
    /** All entries up to and including this `seq` are stored. */
    success: { status: 200, schema: z.strictObject({ acknowledged: z.int() }) },
    errors: ["NOT_FOUND"],
  }),
  voiceLive: route({
    method: "POST",
    path: "/api/voice/sessions/:call_id/live",
    summary: "A voice pipeline shows the words so far of a turn that goes on; nothing of it is kept",
    tag: "Voice",
    caller: "voice-node",
    rateLimit: null,
    needsNoDatabase: true,
    params: callIdParam,
    body: z.strictObject({ speaker: z.enum(["caller", "persona"]), text: z.string().max(20_000) }),
    /** Whether somebody watches: if not, the pipeline may save its breath for a while. */
    success: { status: 200, schema: z.strictObject({ watched: z.boolean() }) },
    errors: [],
  }),
  voiceRecording: route({
    method: "PUT",
    path: "/api/voice/sessions/:call_id/recording/:part",
    summary: "A voice pipeline hands in a sealed part of a recording; one that comes again is taken once",
    tag: "Voice",
    caller: "voice-node",
    rateLimit: null,
    params: z.strictObject({ call_id: id, part: partParam }),
    body: z
      .instanceof(Uint8Array)
      .refine(
        ({ length }) => length > sealBytes && length <= sealBytes + partBytes,
        `must have more than ${sealBytes} bytes and at most ${sealBytes + partBytes}`,
      ),
    bodyFormat: "bytes",
    success: { status: 200, schema: z.strictObject({ message: z.string() }) },
    // Not found: a recording that is deleted, or that nobody was asked for.
    errors: ["NOT_FOUND"],
  }),
  voiceReplay: route({
    method: "PUT",
    path: "/api/voice/sessions/:call_id/replay",
    summary: "A voice pipeline hands in the events of a call that is over; what comes again is taken once",
    tag: "Voice",
    caller: "voice-node",
    rateLimit: null,
    params: callIdParam,
    body: z
      .instanceof(Uint8Array)
      .refine(isGzip, "must be gzipped")
      .refine(({ length }) => length <= mostReplayBytes, `must have at most ${mostReplayBytes} bytes`),
    bodyFormat: "bytes",
    success: { status: 200, schema: z.strictObject({ message: z.string() }) },
    // Not found: also a call whose person has left.
    errors: ["NOT_FOUND"],
  }),
  voiceHangup: route({
    method: "POST",
    path: "/api/voice/sessions/:call_id/hangup",
    summary: "A voice pipeline asks the mesh to end the call over Twilio's REST API",
    tag: "Voice",
    caller: "voice-node",
    rateLimit: null,
    params: callIdParam,
    success: { status: 200, schema: z.strictObject({ message: z.string() }) },
    errors: ["NOT_FOUND", "TWILIO_ERROR"],
  }),
};
