/** The query of a synthesis: what is asked of the whole socket or request. */
import { ElevenLabsFailure, noVoice } from "./errors.ts";
import { isVoice } from "./voices.ts";

export interface SynthesisOptions {
  voiceId: string;
  /** Every text is spoken at once, without waiting for more. */
  isAutoMode: boolean;
  inactivitySeconds: number;
}

const notOnSockets = new Set(["eleven_v3"]);

const choice = (query: URLSearchParams, name: string, allowed: readonly string[]): void => {
  const value = query.get(name);
  if (value !== null && !allowed.includes(value))
    throw new ElevenLabsFailure(
      "invalid_parameters",
      `Invalid ${name} '${value}': expected ${allowed.join(", ")}.`,
    );
};

/** @throws ElevenLabsFailure for a voice, model or format that this ElevenLabs does not speak */
export const readOptions = (url: URL): SynthesisOptions => {
  const voiceId = decodeURIComponent(url.pathname.split("/")[3] ?? "");
  if (!isVoice(voiceId)) throw noVoice(voiceId);
  const query = url.searchParams;
  const format = query.get("output_format") ?? "mp3_44100_128";
  if (format !== "ulaw_8000")
    throw new ElevenLabsFailure(
      "invalid_output_format",
      `This sandbox speaks output_format=ulaw_8000 only, not ${format}.`,
    );
  for (const name of ["enable_logging", "enable_ssml_parsing", "sync_alignment", "auto_mode"])
    choice(query, name, ["true", "false"]);
  choice(query, "apply_text_normalization", ["auto", "on", "off"]);
  const model = query.get("model_id") ?? "";
  if (notOnSockets.has(model))
    throw new ElevenLabsFailure("unsupported_model", `The model ${model} is not available over WebSockets.`);
  const inactivitySeconds = Number(query.get("inactivity_timeout") ?? 20);
  if (!(inactivitySeconds > 0 && inactivitySeconds <= 180))
    throw new ElevenLabsFailure(
      "invalid_parameters",
      "inactivity_timeout must be between 1 and 180 seconds.",
    );
  return { voiceId, isAutoMode: query.get("auto_mode") === "true", inactivitySeconds };
};
