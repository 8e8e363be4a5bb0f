/**
 * Speculation: what the model is asked before it is sure that the caller's turn is over. Nothing of it is heard, written
 * down or done, functions least of all, until the turn ends with the very same words; else it is thrown away.
 */
import type { CallState } from "./call-state.ts";
import type { FunctionCall } from "./events.ts";
import { plain } from "./plain-words.ts";

export interface Draft {
  request: number;
  /** The caller's words that it answers, and how many messages the call had before them. */
  text: string;
  after: number;
  at: number;
  /** The answer so far, and the functions that it calls once it is whole. */
  said: string;
  calls: FunctionCall[] | null;
}

/** What is older knows too little of the hour and of the time that is left. */
const oldestMs = 10_000;

const isFor = (draft: Draft, text: string): boolean => plain(draft.text) === plain(text);

export const speculate = (state: CallState, text: string, at: number): void => {
  if (state.draft && isFor(state.draft, text)) return;
  state.dropDraft();
  const request = state.ask(state.history.read(text), at);
  state.draft = { request, text, after: state.history.count, at, said: "", calls: null };
};

/** The caller goes on with other words. */
export const doubtDraft = (state: CallState, text: string): void => {
  if (state.draft && !isFor(state.draft, text)) state.dropDraft();
};

/** The draft, if it answers what now stands last in the history. */
export const takeDraft = (state: CallState, at: number): Draft | null => {
  const { draft, history } = state;
  const fits =
    draft !== null &&
    history.count === draft.after + 1 &&
    isFor(draft, history.newest) &&
    at - draft.at < oldestMs;
  if (!fits) {
    state.dropDraft();
    return null;
  }
  state.draft = null;
  return draft;
};
