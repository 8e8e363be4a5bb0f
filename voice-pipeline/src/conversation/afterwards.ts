/**
 * What follows once the voice has stopped: first what was said meanwhile takes its place behind what was heard, then comes
 * the one thing that is to be done next. Both are kept here until then, so that nothing said over the voice is lost.
 */
import type { CallState } from "./call-state.ts";

/** @param next is given the time at which the voice stopped; it takes the place of what was to follow before */
export const whenSpoken = (state: CallState, next: (at: number) => void): void => {
  state.next = next;
};

/** Words of the caller that belong behind what the voice says. */
export const tellLater = (state: CallState, tell: () => void): void => {
  state.untold.push(tell);
};

export const tellAll = (state: CallState): void => {
  const { untold } = state;
  state.untold = [];
  for (const tell of untold) tell();
};

/** The floor is free. */
export const spoken = (state: CallState, at: number): void => {
  const { next, utterance } = state;
  if (utterance?.isGreeting) state.greetedUntil = at;
  state.utterance = null;
  state.spokenAt = at;
  state.next = null;
  tellAll(state);
  next?.(at);
};
