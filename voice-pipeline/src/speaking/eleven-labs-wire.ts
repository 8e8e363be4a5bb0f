/** ElevenLabs' multi-context socket: its address, and what its messages say, in every spelling that has been seen. */
import * as z from "zod";
import type { CharTimes } from "./heard.ts";

export interface ElevenLabsConfig {
  url: string;
  apiKey: string;
}

export const socketUrl = ({ url }: ElevenLabsConfig, voiceId: string): string => {
  const query = "model_id=eleven_flash_v2_5&output_format=ulaw_8000&inactivity_timeout=180";
  return `${url}/v1/text-to-speech/${encodeURIComponent(voiceId)}/multi-stream-input?${query}`;
};

export const voiceSettings = { stability: 0.5, similarity_boost: 0.75, speed: 1 };

const most = 20_000;
const numbers = z.array(z.number()).max(most);
const alignment = z.object({
  chars: z.array(z.string().max(20)).max(most),
  charStartTimesMs: numbers.optional(),
  charsStartTimesMs: numbers.optional(),
  charsDurationsMs: numbers.optional(),
  charDurationsMs: numbers.optional(),
});
const message = z.object({
  audio: z.string().nullish(),
  isFinal: z.boolean().nullish(),
  contextId: z.string().nullish(),
  context_id: z.string().nullish(),
  alignment: alignment.nullish(),
  error: z.string().nullish(),
  message: z.string().nullish(),
});

export interface VoiceMessage {
  context: string | null;
  sound: Buffer | null;
  times: CharTimes | null;
  isFinal: boolean;
  error: { code: string; message: string } | null;
}

const timesOf = (given: z.infer<typeof alignment> | null | undefined): CharTimes | null => {
  const startMs = given?.charStartTimesMs ?? given?.charsStartTimesMs;
  const durationMs = given?.charsDurationsMs ?? given?.charDurationsMs;
  const size = given?.chars.length;
  if (!given || startMs?.length !== size || durationMs?.length !== size) return null;
  return { chars: given.chars, startMs: startMs ?? [], durationMs: durationMs ?? [] };
};

/** Null when it makes no sense. */
export const readVoiceMessage = (text: string): VoiceMessage | null => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const { data } = message.safeParse(json);
  if (!data) return null;
  const code = data.error ?? null;
  return {
    context: data.contextId ?? data.context_id ?? null,
    sound: data.audio ? Buffer.from(data.audio, "base64") : null,
    times: timesOf(data.alignment),
    isFinal: data.isFinal === true,
    error: code === null ? null : { code, message: data.message ?? code },
  };
};

/** Errors that the same question meets again. */
export const isHopeless = (code: string): boolean =>
  /quota|invalid_api_key|voice_not_found|missing_permissions|only_for|unauthori[sz]ed/.test(code);
