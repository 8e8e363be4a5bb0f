/**
 * A mailbox whose words say nothing, or that has none: a beep, and then nobody. A tone can come from anywhere, and to hang up on
 * a person is worse than to talk to a machine: so nothing is taken for a mailbox after any sound, nor once somebody has answered.
 */
import type { CallState } from "./call-state.ts";
import { endCall } from "./ending.ts";

const youngMs = 30_000;
/** Who is there makes some sound within so long of what the persona said. */
const afterBeepMs = 4_000;
/** A greeting and a reply: what comes later is said to somebody. */
const mostBeepAgeMs = 25_000;
/** The sound of the tone itself is over by then. */
const ownSoundMs = 500;
/** Who speaks over the last word of the greeting has heard it. */
const overlapMs = 1_000;

/** Whether a beep would tell something now. A telephone's assistant beeps too, before it takes down a name. */
export const mayBeMailbox = (state: CallState, at: number): boolean =>
  state.session.persona.leaves_machines &&
  !state.isLeaving &&
  !state.isScreened &&
  !state.isAnswered &&
  at - state.startedAt <= youngMs;

/** One pure tone began and ended. */
export const beepHeard = (state: CallState, at: number): void => {
  if (mayBeMailbox(state, at)) state.beepAt = at;
};

/** A sound begins, or one that is not the tone's own ends. */
export const soundAfterBeep = (state: CallState, endedAt: number | null): void => {
  if (state.beepAt !== null && (endedAt === null || endedAt - state.beepAt > ownSoundMs)) state.beepAt = null;
};

/** Somebody presses keys, or says what fits the greeting: nobody records that. */
export const answered = (state: CallState): void => {
  state.isAnswered = true;
  state.beepAt = null;
};

/** A turn of whoever is there. A mailbox's began with the call, or before the beep. */
export const spokeAtBeep = (state: CallState, startedAt: number): void => {
  const { beepAt, greetedUntil } = state;
  if (greetedUntil !== null && startedAt > greetedUntil - overlapMs) answered(state);
  else if (beepAt !== null && startedAt > beepAt) state.beepAt = null;
};

/** Ends the call if nothing was heard since a beep; answers whether it does. For when nothing else is to be said or waited for. */
export const leaveMailbox = (state: CallState, at: number): boolean => {
  const { beepAt, interim, isLeaving, isScreened, isSound, spokenAt } = state;
  if (beepAt === null || interim !== null || isSound || isLeaving || isScreened) return false;
  if (at - beepAt > mostBeepAgeMs || at - Math.max(beepAt, spokenAt) < afterBeepMs) return false;
  endCall(state, "voicemail", "none");
  return true;
};
