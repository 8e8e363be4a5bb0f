// The requests by which a voice pipeline serves one call: open the session (once, with the stream's token), deliver its journal,
// show words, hand in a recording and the events, ask for the hang-up.
import * as z from "zod";
import { partBytes, sealBytes } from "../domain/recording.ts";
import { isGzip, mostReplayBytes } from "../domain/replay.ts";
import { id } from "./fields.ts";
import { route } from "./route.ts";
import { journalEntry, streamSignatures, voiceSession } from "./voice.ts";

const callIdParam = z.strictObject({ call_id: id });
const partParam = z
  .string()
  .regex(/^\d{1,4}$/, "must be a part's number")
  .transform(Number);

export const voiceSessionRoutes = {
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
    /** All entries up to and including this `seq` are taken; those of an erased call are not kept. */
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
  voiceFunction: route({
    method: "POST",
    path: "/api/voice/sessions/:call_id/function",
    summary: "A voice pipeline has the persona's maker asked to do what the persona wants done",
    tag: "Voice",
    caller: "voice-node",
    rateLimit: null,
    params: callIdParam,
    body: z.strictObject({
      /** Of this one wish: whoever is asked can tell one from its repetition. */
      id: z.string().regex(/^[\w-]{1,100}$/),
      name: z.string().max(64),
      /** JSON, as the model wrote it. */
      arguments: z.string().max(10_000),
    }),
    /** `result` is for the model: the answer, or what to say when there is none. */
    success: { status: 200, schema: z.strictObject({ ok: z.boolean(), result: z.string() }) },
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
