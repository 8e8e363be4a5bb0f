/** Our own voice comes back over a bad line and is understood as the caller's words: neither a turn nor a sign of life. */
import type { CallState } from "./call-state.ts";
import { isEcho, mayBeEcho, type Understood } from "./own-words.ts";

/** Words are understood so much after their sound. */
const lagMs = 1_000;
/** The line gives back the voice's end so much later. */
const tailMs = 200;

const understood = (state: CallState, text: string, from: number): Understood => {
  const isSpeaking = state.utterance?.startedAt != null;
  return {
    text,
    isLoud: state.isSound || state.quietAt > from,
    isAfter: !isSpeaking && state.soundAt > state.spokenAt + tailMs,
  };
};

/** @param from when the words began to be said, or to be understood */
export const isOurs = (state: CallState, text: string, from: number): boolean =>
  isEcho(understood(state, text, from - lagMs), state.own.backFrom(from));

export const mayBeOurs = (state: CallState, text: string, from: number): boolean =>
  mayBeEcho(understood(state, text, from - lagMs), state.own.backFrom(from));
