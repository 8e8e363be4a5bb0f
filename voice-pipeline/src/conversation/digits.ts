/** Keys of the telephone. They reach the persona together, once no more come; one of them, alone, ends all calls. */
import type { CallState } from "./call-state.ts";
import { takeTurn } from "./caller-turn.ts";
import { isOptOutKeys, lastKeys, pauseMs, pressed } from "./keys.ts";
import { optOut } from "./leaving.ts";

/** Who reads a number off goes on sooner. */
const aloneMs = 1_000;
/** A telephone that a child plays with must not fill the history. */
const mostKeys = 40;

export const digit = (state: CallState, key: string, at: number): void => {
  state.activeAt = at;
  state.hasAsked = false;
  if (state.keys.length < mostKeys) state.keys.push({ key, at });
};

export const tickDigits = (state: CallState, at: number): void => {
  const [first, last] = [state.keys.at(0), state.keys.at(-1)];
  if (!first || !last) return;
  const together = lastKeys(state.keys);
  if (isOptOutKeys(together) && at - last.at >= aloneMs) {
    state.keys = state.keys.slice(0, -together.length);
    optOut(state, "digit", together.map(({ key }) => key).join(" "), at);
    return;
  }
  if (at - last.at < pauseMs || state.isLeaving || state.unfinished) return;
  const { utterance } = state;
  if (utterance && (!utterance.canBeCut || utterance.isTaken)) return;
  const text = pressed(state.keys);
  state.keys = [];
  takeTurn(state, { type: "turn-ended", at, text, startedAt: first.at, endpointingMs: pauseMs }, false);
};
