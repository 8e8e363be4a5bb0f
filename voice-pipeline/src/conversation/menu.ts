/**
 * The star key: fixed functions for whoever cannot or would not say it, with no model between. A star alone tells what there
 * is; a star and a number is that at once. The wish not to be called again is heard in digits.ts, over anything.
 */
import { tellLater } from "./afterwards.ts";
import type { CallState } from "./call-state.ts";
import { whenFree } from "./floor.ts";
import { type Key, pressed } from "./keys.ts";
import { leave } from "./leaving.ts";
import { lines, timeLeftLine } from "./lines.ts";
import { line } from "./speech.ts";

/** Who means a star and a number presses the number by then. */
const aloneMs = 800;
/** Long enough to hear the menu and think about it: until then its numbers need no star. */
const openMs = 20_000;

type Choice = (state: CallState, at: number) => void;

/** Said beside the conversation: it is not what is said again. */
const aside = (state: CallState, text: string, at: number): void =>
  whenFree(
    state,
    () => {
      line(state, text, true);
      if (state.utterance) state.utterance.isAside = true;
    },
    at,
  );

const open: Choice = (state, at) => {
  state.menuUntil = at + openMs;
  aside(state, lines.menu, at);
};

const functions: Record<string, Choice> = {
  "1": (state, at) => whenFree(state, () => line(state, state.lastSaid || lines.menu, true), at),
  "2": (state, at) => aside(state, timeLeftLine((state.limitAt - at) / 1000), at),
  "3": (state, at) => leave(state, lines.farewell, "persona_goodbye", "none", at),
};

/** What these keys ask for by now, if anything. */
export const chosen = (state: CallState, keys: readonly Key[], at: number): Choice | null => {
  const [first, second, ...more] = keys;
  if (!first || more.length > 0) return null;
  if (first.key !== "*") return second || at >= state.menuUntil ? null : (functions[first.key] ?? null);
  if (second) return functions[second.key] ?? null;
  return at - first.at >= aloneMs ? open : null;
};

export const choose = (state: CallState, keys: readonly Key[], does: Choice, at: number): void => {
  const text = pressed(keys);
  state.menuUntil = 0;
  tellLater(state, () => {
    state.recordCaller({ text, startedAt: keys[0]?.at ?? at, endedAt: keys.at(-1)?.at ?? at });
    state.history.caller(text);
  });
  does(state, at);
};
