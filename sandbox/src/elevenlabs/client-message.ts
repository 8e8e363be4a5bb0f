/** What a client may say on either socket, parsed. Fields of the other socket are let through, as they are there. */
import { badMessage } from "./errors.ts";

export interface ClientMessage {
  text: string | undefined;
  contextId: string | undefined;
  flush: boolean;
  tryTrigger: boolean;
  closeContext: boolean;
  closeSocket: boolean;
  hasVoiceSettings: boolean;
  schedule: number[] | undefined;
  apiKey: string | undefined;
}

const isJson = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const text = (value: unknown, name: string): string | undefined => {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw badMessage(`${name} must be a string.`);
  return value;
};

const scheduleOf = (config: unknown): number[] | undefined => {
  const schedule = isJson(config) ? config.chunk_length_schedule : undefined;
  if (schedule === undefined) return undefined;
  const isFit = (each: unknown): each is number => typeof each === "number" && each >= 50 && each <= 500;
  if (!Array.isArray(schedule) || schedule.length === 0 || !schedule.every(isFit))
    throw badMessage("chunk_length_schedule must be a list of numbers between 50 and 500.");
  return schedule;
};

const checkSettings = (settings: unknown): boolean => {
  if (settings === undefined || settings === null) return false;
  if (!isJson(settings)) throw badMessage("voice_settings must be an object.");
  for (const [name, least, most] of [
    ["stability", 0, 1],
    ["similarity_boost", 0, 1],
    ["style", 0, 1],
    ["speed", 0.7, 1.2],
  ] as const) {
    const value = settings[name];
    if (value !== undefined && !(typeof value === "number" && value >= least && value <= most))
      throw badMessage(`voice_settings.${name} must be between ${least} and ${most}.`);
  }
  return true;
};

/** @throws ElevenLabsFailure invalid_message */
export const readClientMessage = (frame: string): ClientMessage => {
  let message: unknown;
  try {
    message = JSON.parse(frame);
  } catch {
    throw badMessage("The message is not valid JSON.");
  }
  if (!isJson(message)) throw badMessage("The message must be a JSON object.");
  const bearer = text(message.authorization, "authorization")?.replace(/^Bearer /i, "");
  return {
    text: text(message.text, "text"),
    contextId: text(message.context_id ?? message.contextId, "context_id"),
    flush: message.flush === true,
    tryTrigger: message.try_trigger_generation === true,
    closeContext: message.close_context === true,
    closeSocket: message.close_socket === true,
    hasVoiceSettings: checkSettings(message.voice_settings),
    schedule: scheduleOf(message.generation_config),
    apiKey: text(message.xi_api_key ?? message["xi-api-key"], "xi_api_key") ?? bearer,
  };
};
