/**
 * Who holds the floor. Sound stops the voice at once, words take the floor, and noise gives it back. A reply of which nothing
 * was heard yet is held just so: it would begin amid the caller's words.
 */
import { spoken, whenSpoken } from "./afterwards.ts";
import { type CallState, noiseMs } from "./call-state.ts";
import { putBack } from "./notices.ts";
import { recordPersona } from "./speech.ts";
import type { Utterance } from "./utterance.ts";

const confirmMs = 600;
const wordsAfterQuietMs = 500;

export const hold = (state: CallState, at: number): void => {
  const utterance = state.utterance;
  if (!utterance || utterance.heldAt !== null) return;
  if (!utterance.canBeCut && !utterance.isTaken) return;
  utterance.heldAt = at;
  state.act({ type: "hold", utterance: utterance.id });
};

export const held = (state: CallState, id: number, heard: string, at: number): void => {
  if (state.utterance?.id !== id) return;
  state.utterance.heard = heard;
  state.own.heard(id, heard, at);
  if (state.utterance.isTaken) cut(state, at);
};

export const takeFloor = (state: CallState, utterance: Utterance, at: number): void => {
  utterance.isTaken = true;
  if (utterance.heldAt === null) hold(state, at);
  else cut(state, at);
};

/** The turn is the caller's: what was heard stays, the rest was never said. */
const cut = (state: CallState, at: number): void => {
  const utterance = state.utterance;
  if (!utterance) return;
  state.act({ type: "drop", utterance: utterance.id });
  state.stopThinking();
  putBack(state, utterance);
  recordPersona(state, utterance.heard, true, utterance.heldAt ?? at);
  spoken(state, at);
};

/** Stops the voice if it speaks, and then does what is to follow. */
export const whenFree = (state: CallState, then: () => void, at: number): void => {
  whenSpoken(state, then);
  if (state.utterance === null) spoken(state, at);
  else if (state.utterance.startedAt === null) cut(state, at);
  else takeFloor(state, state.utterance, at);
};

/** No words came: it was a cough, or noise that goes on. The voice goes on where it was. */
export const tickHeld = (state: CallState, at: number): void => {
  const utterance = state.utterance;
  if (!utterance || utterance.heldAt === null || utterance.isTaken) return;
  const heldMs = at - utterance.heldAt;
  const isNothing = state.isSound
    ? heldMs >= noiseMs
    : heldMs >= confirmMs && at - state.quietAt >= wordsAfterQuietMs;
  if (!isNothing) return;
  utterance.heldAt = null;
  utterance.voicedAt = at;
  state.act({ type: "resume", utterance: utterance.id });
};
