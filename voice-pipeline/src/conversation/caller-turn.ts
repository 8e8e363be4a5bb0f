/** What the caller says: words that take the floor, and turns that are answered. */
import { takesTurn } from "./back-channel.ts";
import type { CallState } from "./call-state.ts";
import { careFor, isCrisis } from "./crisis.ts";
import { doubtDraft, speculate } from "./draft.ts";
import { takeFloor } from "./floor.ts";
import { optOut } from "./leaving.ts";
import { isOptOut } from "./opt-out.ts";
import { answerConsent, isAboutConsent, letConsentBe } from "./recording-consent.ts";
import { reply } from "./reply.ts";
import { answerScreening } from "./screening.ts";
import { awaitMoreWords, type EndedTurn, isAwaited, wholeText, wholeTurn } from "./unfinished-turn.ts";
import { leaveMachine } from "./who-answered.ts";

export const words = (state: CallState, text: string, at: number): void => {
  state.wordsAt = at;
  state.activeAt = at;
  state.hasAsked = false;
  doubtDraft(state, wholeText(state, text));
  awaitMoreWords(state, at);
  if (leaveMachine(state, text, at)) return;
  const utterance = state.utterance;
  if (!utterance?.canBeCut || utterance.startedAt === null || !takesTurn(text, utterance.said)) return;
  takeFloor(state, utterance, at);
};

/** The turn may be over: what it would be answered is thought of, unless the answer is fixed or somebody speaks. */
export const eagerTurn = (state: CallState, text: string, at: number): void => {
  words(state, text, at);
  if (
    state.utterance ||
    state.thought ||
    state.isLeaving ||
    state.isScreened ||
    isOptOut(text) ||
    isCrisis(text) ||
    isAboutConsent(state, wholeText(state, text))
  )
    return;
  speculate(state, wholeText(state, text), at);
};

/** @param mayGoOn whether the words themselves may show that there is more to come */
export const turnEnded = (state: CallState, event: EndedTurn, mayGoOn = true): void => {
  const { at } = event;
  state.activeAt = at;
  state.hasAsked = false;
  const turn = wholeTurn(state, event);
  state.unfinished = null;
  const { text, startedAt, endpointingMs } = turn;
  const accept = () => {
    if (!state.isLeaving) state.pendingTurn = null;
    const said = { text, startedAt, endedAt: at, interrupted: false, latency: null };
    state.act({ type: "record", turn: { speaker: "caller", ...said } });
    state.history.caller(text);
  };
  if (leaveMachine(state, text, at)) return;
  if (careFor(state, text, accept, at)) {
    letConsentBe(state);
    return;
  }
  if (isOptOut(text)) {
    accept();
    optOut(state, "spoken", text, at);
    return;
  }
  if (answerScreening(state, text, accept, at)) return;
  if (answerConsent(state, turn, accept)) return;
  const utterance = state.utterance;
  if (utterance && (!utterance.canBeCut || state.isLeaving)) {
    accept();
    return;
  }
  if (utterance?.startedAt != null) {
    if (!takesTurn(text, utterance.said)) {
      accept();
      return;
    }
    state.pendingTurn = () => {
      accept();
      reply(state, at, endpointingMs);
    };
    takeFloor(state, utterance, at);
    return;
  }
  // A reply that nobody heard yet is thought anew with the new words.
  if (utterance) {
    state.act({ type: "drop", utterance: utterance.id });
    state.history.heard("", false);
  }
  state.utterance = null;
  state.stopThinking();
  if (mayGoOn && isAwaited(state, turn, accept)) return;
  accept();
  reply(state, at, endpointingMs);
};

/** No more words came: it was the whole turn after all. */
export const tickUnfinished = (state: CallState, at: number): void => {
  const { unfinished } = state;
  if (!unfinished || state.utterance || at < unfinished.until || state.isTalking(at)) return;
  unfinished.accept();
  const { turn } = unfinished;
  reply(state, at, turn.endpointingMs + at - turn.at);
};
