/** Keys of the telephone. They reach the persona together, once no more come, but for a star and for what ends all calls. */
import type { CallState } from "./call-state.ts";
import { takeTurn } from "./caller-turn.ts";
import { isOptOutKeys, lastKeys, pauseMs, pressed } from "./keys.ts";
import { optOut } from "./leaving.ts";
import { answered } from "./mailbox.ts";
import { choose, chosen } from "./menu.ts";

/** Who reads a number off goes on sooner. */
const aloneMs = 1_000;
/** A telephone that a child plays with must not fill the history. */
const mostKeys = 40;

export const digit = (state: CallState, key: string, at: number): void => {
  state.activeAt = at;
  state.hasAsked = false;
  answered(state);
  if (state.keys.length < mostKeys) state.keys.push({ key, at });
};

export const tickDigits = (state: CallState, at: number): void => {
  const [first, last] = [state.keys.at(0), state.keys.at(-1)];
  if (!first || !last) return;
  const together = lastKeys(state.keys);
  const before = state.keys.slice(0, -together.length);
  if (isOptOutKeys(together) && (together[0]?.key === "*" || at - last.at >= aloneMs)) {
    state.keys = before;
    optOut(state, "digit", together.map(({ key }) => key).join(" "), at);
    return;
  }
  const { utterance } = state;
  if (state.isLeaving || state.unfinished) return;
  if (utterance && (!utterance.canBeCut || utterance.isTaken)) return;
  const does = chosen(state, together, at);
  if (does) {
    state.keys = before;
    choose(state, together, does, at);
    return;
  }
  if (at - last.at < pauseMs) return;
  const text = pressed(state.keys);
  state.keys = [];
  takeTurn(state, { type: "turn-ended", at, text, startedAt: first.at, endpointingMs: pauseMs }, false);
};
