// What an outside agent tells about a call that it made on a line of its own.
import * as z from "zod";
import { text } from "./fields.ts";
import { phone } from "./phone.ts";

const milliseconds = z
  .number({ error: "must be a number of milliseconds" })
  .min(0, "must not be negative")
  .max(600_000, "must be at most 600000");
const sentiment = z.enum(["positive", "neutral", "negative"], {
  error: "must be positive, neutral or negative",
});

/** A call as its agent sends it. */
export const callToLog = z.strictObject({
  /** The agent's own name for the business that was called. */
  client_id: text(1, 64).optional(),
  /** Left out when the caller hid it. */
  caller_phone: phone.optional(),
  caller_name: text(1, 100).optional(),
  agent_name: text(1, 100).default("Agent"),
  /** When it began; by default `duration_seconds` ago. Not in the future. */
  started_at: z.iso
    .datetime({ offset: true, error: "must be an ISO 8601 time with an offset or Z" })
    .optional(),
  duration_seconds: z
    .number({ error: "must be a number of seconds" })
    .min(0, "must not be negative")
    .max(86_400, "must be at most 86400"),
  transcript: text(1, 100_000).optional(),
  sentiment: sentiment.optional(),
  /** Did the caller get what they wanted? */
  success: z.boolean({ error: "must be true or false" }).default(true),
  stt_latency_ms: milliseconds.optional(),
  llm_latency_ms: milliseconds.optional(),
  tts_latency_ms: milliseconds.optional(),
  recording_url: z
    .url({ protocol: /^https$/, error: "must be an address that begins with https://" })
    .max(2000, "must be at most 2000 characters")
    .optional(),
  notes: text(1, 2000).optional(),
});

/** The same as it is read again. */
export const agentLog = z.strictObject({
  client_id: z.string().nullable(),
  caller_name: z.string().nullable(),
  sentiment: sentiment.nullable(),
  success: z.boolean(),
  stt_latency_ms: z.number().nullable(),
  llm_latency_ms: z.number().nullable(),
  tts_latency_ms: z.number().nullable(),
  recording_url: z.string().nullable(),
  notes: z.string().nullable(),
});
