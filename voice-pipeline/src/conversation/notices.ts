/** What the service itself has to say at a quiet moment: that time runs out, that it cannot hear, who calls. */
import type { CallState } from "./call-state.ts";
import { line } from "./speech.ts";
import type { Utterance } from "./utterance.ts";

/** Words are understood before their turn is over: nobody is spoken to in between. */
const midTurnMs = 1_000;

/** Answers whether there was one. */
export const tellNotice = (state: CallState, at: number): boolean => {
  const [notice] = state.waiting;
  if (notice === undefined) return false;
  if (state.interim && at - state.interim.at < midTurnMs) return true;
  state.waiting = state.waiting.slice(1);
  line(state, notice.text, true);
  if (state.utterance) state.utterance.notice = notice;
  return true;
};

/** One of which nothing was heard is told at the next quiet moment. */
export const putBack = (state: CallState, { notice, startedAt }: Utterance): void => {
  if (notice && startedAt === null) state.waiting = [notice, ...state.waiting];
};
