/** ElevenLabs' multi-context socket: its address, and what its messages say, in every spelling that has been seen. */
import type { CharTimes } from "./heard.ts";
import { bytesPerMs } from "./pace.ts";

export interface ElevenLabsConfig {
  url: string;
  apiKey: string;
}

/** Without `sync_alignment` some pieces of sound come without times, and others with those of their neighbours. */
export const socketUrl = ({ url }: ElevenLabsConfig, voiceId: string): string => {
  const query =
    "model_id=eleven_flash_v2_5&output_format=ulaw_8000&inactivity_timeout=180&sync_alignment=true";
  return `${url}/v1/text-to-speech/${encodeURIComponent(voiceId)}/multi-stream-input?${query}`;
};

export const voiceSettings = { stability: 0.5, similarity_boost: 0.75, speed: 1 };

export interface VoiceMessage {
  context: string | null;
  sound: Buffer | null;
  times: CharTimes | null;
  isFinal: boolean;
  error: { code: string; message: string } | null;
}

/** Read by hand: it is three arrays for each piece of each call, and a schema goes through each of them. */
type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const most = 20_000;
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) &&
  value.length <= most &&
  value.every((each) => typeof each === "string" && each.length <= 20);
/** Times may run ahead of the sound a little; what is far beyond it tells nothing. */
const aheadMs = 10_000;
const isTimes = (value: unknown, size: number, mostMs: number): value is number[] =>
  Array.isArray(value) &&
  value.length === size &&
  value.every((each) => typeof each === "number" && each >= 0 && each <= mostMs);

const timesOf = (given: unknown, soundMs: number): CharTimes | null => {
  if (!isFields(given) || !isTexts(given.chars)) return null;
  const { chars } = given;
  const startMs = given.charStartTimesMs ?? given.charsStartTimesMs;
  const durationMs = given.charsDurationsMs ?? given.charDurationsMs;
  const mostMs = soundMs + aheadMs;
  return isTimes(startMs, chars.length, mostMs) && isTimes(durationMs, chars.length, mostMs)
    ? { chars, startMs, durationMs }
    : null;
};

/** A text, nothing (undefined and null), or what makes no sense (false). */
const textOf = (value: unknown): string | null | false =>
  typeof value === "string" ? value : value == null ? null : false;

/** Null when it makes no sense. */
export const readVoiceMessage = (text: string): VoiceMessage | null => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isFields(json) || Array.isArray(json)) return null;
  const audio = textOf(json.audio);
  const context = textOf(json.contextId ?? json.context_id);
  const code = textOf(json.error);
  if (audio === false || context === false || code === false) return null;
  const sound = Buffer.from(audio ?? "", "base64");
  const soundMs = sound.length / bytesPerMs;
  return {
    context,
    sound: sound.length > 0 ? sound : null,
    times: timesOf(json.alignment, soundMs) ?? timesOf(json.normalizedAlignment, soundMs),
    isFinal: json.isFinal === true,
    error: code === null ? null : { code, message: textOf(json.message) || code },
  };
};

/** Errors that the same question meets again. */
export const isHopeless = (code: string): boolean =>
  /quota|invalid_api_key|voice_not_found|missing_permissions|only_for|unauthori[sz]ed/.test(code);
