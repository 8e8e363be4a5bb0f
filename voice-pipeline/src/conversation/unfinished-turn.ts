/** A turn that the provider ended and that we think goes on: kept until more words come, or for as long as its end is worth. */
import type { CallState } from "./call-state.ts";
import { speculate } from "./draft.ts";
import type { ConversationEvent } from "./events.ts";
import { patienceMs } from "./unfinished.ts";

export type EndedTurn = ConversationEvent & { type: "turn-ended" };

export interface UnfinishedTurn {
  turn: EndedTurn;
  /** When it is taken for whole. */
  until: number;
  /** Writes it down; its end, or the end of the call, came. */
  accept(): void;
}

/** Words that go on are followed by a turn's end sooner than this. */
const moreWordsMs = 3_000;

export const wholeText = (state: CallState, text: string): string =>
  [state.unfinished?.turn.text, text].filter(Boolean).join(" ");

/** The turn with what came before it. */
export const wholeTurn = (state: CallState, event: EndedTurn): EndedTurn => ({
  ...event,
  text: wholeText(state, event.text),
  startedAt: state.unfinished?.turn.startedAt ?? event.startedAt,
});

/** Answers whether the turn is to be waited for; the reply is thought of meanwhile. */
export const isAwaited = (state: CallState, turn: EndedTurn, accept: () => void): boolean => {
  const waitMs = patienceMs(turn.text);
  if (waitMs === 0) return false;
  state.unfinished = {
    turn,
    until: turn.at + waitMs,
    accept() {
      state.unfinished = null;
      accept();
    },
  };
  speculate(state, turn.text, turn.at);
  return true;
};

export const awaitMoreWords = (state: CallState, at: number): void => {
  if (state.unfinished) state.unfinished.until = at + moreWordsMs;
};
