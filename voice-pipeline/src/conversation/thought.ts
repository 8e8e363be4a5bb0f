/** One question to the model, from the asking to its last word, or to the return of the functions that it called. */
import { ClauseSplitter } from "../speaking/clauses.ts";
import type { FunctionCall } from "./events.ts";

export interface Thought {
  request: number;
  splitter: ClauseSplitter;
  pending: Map<string, { call: FunctionCall; result: string | null }>;
  /** When the model or its functions last showed that they are at work. */
  progressAt: number;
  /** end_call was asked for, here or before a function of the same reply. */
  wantsEnd: boolean;
  /** How often the model was asked for this reply. */
  rounds: number;
}

/** A model that only calls functions is stopped here. */
export const mostRounds = 5;

/** `before` is the thought of the same reply whose functions have returned; `wasEnglish`, what was said last. */
export const openThought = (
  request: number,
  at: number,
  before: Thought | null,
  wasEnglish: boolean,
): Thought => ({
  request,
  splitter: new ClauseSplitter(wasEnglish),
  pending: new Map(),
  progressAt: at,
  wantsEnd: before?.wantsEnd ?? false,
  rounds: (before?.rounds ?? 0) + 1,
});
