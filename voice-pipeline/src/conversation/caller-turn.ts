/** What the caller says: words that take the floor, and turns that are answered. */
import { spoken, tellLater, whenSpoken } from "./afterwards.ts";
import { takesTurn } from "./back-channel.ts";
import type { CallState } from "./call-state.ts";
import { careFor, isCrisis } from "./crisis.ts";
import { doubtDraft, speculate } from "./draft.ts";
import { takeFloor } from "./floor.ts";
import { isOurs, mayBeOurs } from "./hearing-ourselves.ts";
import { optOut } from "./leaving.ts";
import { spokeAtBeep } from "./mailbox.ts";
import { putBack } from "./notices.ts";
import { isOptOut, noteOptOut } from "./opt-out.ts";
import { deservesReply } from "./overheard.ts";
import {
  answerConsent,
  confirmWithdrawal,
  heedWithdrawal,
  isAboutConsent,
  letConsentBe,
  noteWithdrawal,
} from "./recording-consent.ts";
import { reply } from "./reply.ts";
import { answerScreening } from "./screening.ts";
import { awaitMoreWords, type EndedTurn, isAwaited, wholeText, wholeTurn } from "./unfinished-turn.ts";
import { leaveMachine } from "./who-answered.ts";

export const words = (state: CallState, text: string, at: number): void => {
  state.turnFrom ??= at;
  const from = state.turnFrom;
  if (isOurs(state, text, from)) return;
  state.interim = { text, startedAt: from, at };
  state.goOnAt = null;
  state.wordsAt = at;
  state.activeAt = at;
  state.hasAsked = false;
  doubtDraft(state, wholeText(state, text));
  awaitMoreWords(state, at);
  if (leaveMachine(state, text, at)) return;
  const { utterance } = state;
  if (!utterance?.canBeCut || utterance.isTaken || !takesTurn(text) || mayBeOurs(state, text, from)) return;
  // What these words belong to is answered once their turn is over, with what was said before them.
  state.next = null;
  state.hasTakenFloor = true;
  takeFloor(state, utterance, at);
};

/** The turn may be over: what it would be answered is thought of, unless the answer is fixed or somebody speaks. */
export const eagerTurn = (state: CallState, text: string, at: number): void => {
  words(state, text, at);
  if (
    state.interim === null ||
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

export const turnEnded = (state: CallState, event: EndedTurn): void => {
  const hadFloor = state.hasTakenFloor;
  state.turnFrom = null;
  state.interim = null;
  state.hasTakenFloor = false;
  if (event.text === "" || isOurs(state, event.text, event.startedAt)) nobodySpoke(state, hadFloor, event.at);
  else takeTurn(state, event, true);
};

/** What came to nothing may be followed by real words. */
const goOnMs = 1_000;
const goOn = "That was no interruption, only noise. Go on where you were stopped, and do not mention it.";

/** What seemed to be a turn was none. What it had stopped goes on: an unfinished turn, or the persona's words. */
const nobodySpoke = (state: CallState, hadFloor: boolean, at: number): void => {
  const { unfinished, utterance, thought } = state;
  if (unfinished) {
    state.dropDraft();
    unfinished.until = Math.min(unfinished.until, at);
  } else if (hadFloor && !utterance && !thought && !state.isLeaving) state.goOnAt = at + goOnMs;
};

/** Answers whether the persona goes on now. */
export const tickGoOn = (state: CallState, at: number): boolean => {
  if (state.goOnAt === null || at < state.goOnAt) return false;
  state.goOnAt = null;
  state.dropDraft();
  state.history.note(goOn);
  reply(state, at, 0);
  return true;
};

/** @param mayGoOn whether the words themselves may show that there is more to come */
export const takeTurn = (state: CallState, event: EndedTurn, mayGoOn: boolean): void => {
  const { at } = event;
  state.goOnAt = null;
  state.activeAt = at;
  state.hasAsked = false;
  spokeAtBeep(state, event.startedAt);
  const turn = wholeTurn(state, event);
  state.unfinished = null;
  state.menuUntil = 0;
  const { text, startedAt, endpointingMs } = turn;
  const record = () => state.recordCaller({ text, startedAt, endedAt: at });
  const remember = () => state.history.caller(text);
  const accept = () => {
    record();
    remember();
  };
  /** Said over the voice: it stands behind what that says. */
  const acceptBehind = () => {
    record();
    if (state.utterance) tellLater(state, remember);
    else remember();
  };
  const answer = (from: number) => reply(state, from, endpointingMs + from - at);

  if (leaveMachine(state, text, at)) return;
  const isTakenBack = heedWithdrawal(state, text);
  if (careFor(state, text, accept, at)) {
    letConsentBe(state);
    if (isOptOut(text)) noteOptOut(state, "spoken", text);
    if (isTakenBack) tellLater(state, () => noteWithdrawal(state));
    return;
  }
  if (isOptOut(text)) {
    acceptBehind();
    optOut(state, "spoken", text, at);
    return;
  }
  if (answerScreening(state, text, acceptBehind, at)) return;
  if (isTakenBack) {
    confirmWithdrawal(state, at, acceptBehind);
    return;
  }
  if (answerConsent(state, turn, acceptBehind)) return;
  const { utterance } = state;
  const isSpeaking = utterance?.startedAt != null;
  if (utterance && (!utterance.canBeCut || state.isLeaving || (isSpeaking && !takesTurn(text)))) {
    acceptBehind();
    if (!state.isLeaving && deservesReply(state, utterance, turn)) whenSpoken(state, answer);
    return;
  }
  if (utterance && isSpeaking) {
    tellLater(state, accept);
    whenSpoken(state, answer);
    takeFloor(state, utterance, at);
    return;
  }
  // A reply that nobody heard yet is thought anew with the new words.
  if (utterance) {
    state.act({ type: "drop", utterance: utterance.id });
    state.stopThinking();
    putBack(state, utterance);
    state.history.heard("", false);
    state.next = null;
    spoken(state, at);
  }
  state.stopThinking();
  if (mayGoOn && isAwaited(state, turn, accept)) return;
  accept();
  answer(at);
};

/** No more words came: it was the whole turn after all. */
export const tickUnfinished = (state: CallState, at: number): void => {
  const { unfinished } = state;
  if (!unfinished || state.utterance || at < unfinished.until || state.isTalking(at)) return;
  unfinished.accept();
  const { turn } = unfinished;
  reply(state, at, turn.endpointingMs + at - turn.at);
};
