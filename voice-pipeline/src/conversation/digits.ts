/** Keys of the telephone. They reach the persona together, once no more come; one of them ends all calls. */
import type { CallState } from "./call-state.ts";
import { turnEnded } from "./caller-turn.ts";
import { optOut } from "./leaving.ts";
import { optOutDigit } from "./opt-out.ts";

const pauseMs = 1_500;
/** A telephone that a child plays with must not fill the history. */
const mostDigits = 40;

export const digit = (state: CallState, key: string, at: number): void => {
  state.activeAt = at;
  state.hasAsked = false;
  if (key === optOutDigit) {
    optOut(state, "digit", key, at);
    return;
  }
  if (state.digits.length === 0) state.digitsFrom = at;
  if (state.digits.length < mostDigits) state.digits.push(key);
  state.digitAt = at;
};

export const tickDigits = (state: CallState, at: number): void => {
  const { utterance, digits } = state;
  if (digits.length === 0 || at - state.digitAt < pauseMs || state.isLeaving || state.unfinished) return;
  if (utterance && (!utterance.canBeCut || utterance.isTaken)) return;
  state.digits = [];
  const text = `The caller pressed ${digits.join(" ")}.`;
  const turn = { at, text, startedAt: state.digitsFrom, endpointingMs: pauseMs };
  turnEnded(state, { type: "turn-ended", ...turn }, false);
};
