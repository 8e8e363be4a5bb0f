/**
 * May this call be recorded? Asked in fixed words right after the disclosure, where no prompt can change or leave them out, and
 * answered without the model. Only a clear, spoken yes to a question that was heard begins a recording; anything else, and
 * silence, is a no. Taken back at any time. See docs/decisions/0103-recordings.md.
 */
import type { CallState } from "./call-state.ts";
import { consentIn, isWithdrawal } from "./consent-words.ts";
import { whenFree } from "./floor.ts";
import { lines, openingOf } from "./lines.ts";
import { line, sayGreeting } from "./speech.ts";
import type { EndedTurn } from "./unfinished-turn.ts";

export interface RecordingConsent {
  state: "off" | "asked" | "recording";
  /** The utterance that asks, how often it was, and when it first was heard whole. */
  question: number;
  times: number;
  heardAt: number | null;
}

export const noConsent: RecordingConsent = { state: "off", question: 0, times: 0, heardAt: null };

const mostTimes = 2;
const answerMs = 5_000;
/** People answer over the last words of a question. */
const overlapMs = 1_000;

const notes = {
  yes: "The caller agreed that this call is recorded, and it is from now on. They can end that at any time by saying so.",
  no: "This call is not recorded: the caller did not agree to it. Do not ask about it again.",
  over: "The caller no longer wants this call to be recorded. The recording was stopped and is being deleted.",
} as const;

/** The first words of a call, heard whole; whoever hears them anew is asked anew. */
export const greet = (state: CallState, at: number): void => {
  state.greetedAt = at;
  state.beepAt = null;
  sayGreeting(state);
  if (state.session.recording === null) return;
  state.consent = { state: "asked", question: state.utterance?.id ?? 0, times: 1, heardAt: null };
};

export const questionHeard = (state: CallState, utterance: number, at: number): void => {
  if (state.consent.state === "asked" && utterance === state.consent.question) state.consent.heardAt ??= at;
};

/** Whether these words are about the recording, so that the model must not be asked for an answer. */
export const isAboutConsent = (state: CallState, text: string): boolean =>
  state.consent.state === "asked" || (state.consent.state === "recording" && isWithdrawal(text));

/** Something graver came up: a yes from now on would be one to that. */
export const letConsentBe = (state: CallState): void => {
  if (state.consent.state === "asked") state.consent = noConsent;
};

/** Ends the recording where these words take the agreement back, whatever else they say; answers whether they did. */
export const heedWithdrawal = (state: CallState, text: string): boolean => {
  if (state.consent.state !== "recording" || !isWithdrawal(text)) return false;
  state.consent = noConsent;
  state.act({ type: "stop-recording", evidence: text });
  return true;
};

/** The turn, which `accept` takes down, ended the recording and is about nothing graver. */
export const confirmWithdrawal = (state: CallState, at: number, accept: () => void): void => {
  state.stopThinking();
  accept();
  if (state.isLeaving) return;
  whenFree(
    state,
    () => {
      noteWithdrawal(state);
      line(state, lines.recordingStopped, false);
    },
    at,
  );
};

export const noteWithdrawal = (state: CallState): void => state.history.note(notes.over);

/** Answers whether the turn, which `accept` takes down, answered the question. */
export const answerConsent = (state: CallState, turn: EndedTurn, accept: () => void): boolean => {
  const { consent } = state;
  if (consent.state !== "asked" || state.isLeaving) return false;
  const isHeard = consent.heardAt !== null && turn.startedAt >= consent.heardAt - overlapMs;
  const answer = isHeard ? consentIn(turn.text) : "unclear";
  if (answer === "yes") {
    state.act({ type: "start-recording", evidence: turn.text });
    settle(state, "recording", accept, turn.at);
  } else if (answer === "no") settle(state, "off", accept, turn.at);
  // The question is still being said: whatever they say is not about it yet, or it is asked again already.
  else if (state.utterance) accept();
  else if (consent.times < mostTimes) {
    accept();
    line(state, lines.mayRecordAgain, false);
    consent.times += 1;
  } else settle(state, "off", accept, turn.at);
  return true;
};

/** Nobody answers: that is a no. Answers whether it was waited for. */
export const tickConsent = (state: CallState, at: number): boolean => {
  if (state.consent.state !== "asked" || state.isScreened || state.isLeaving) return false;
  if (at - state.activeAt >= answerMs) settle(state, "off", () => {}, at);
  return true;
};

/** The question is answered, and the conversation begins with its opening. */
const settle = (state: CallState, now: "off" | "recording", accept: () => void, at: number): void => {
  state.consent = { ...noConsent, state: now };
  const isYes = now === "recording";
  accept();
  whenFree(
    state,
    () => {
      state.history.note(isYes ? notes.yes : notes.no);
      line(state, `${isYes ? lines.recordingBegins : lines.notRecorded} ${openingOf(state.session)}`, true);
    },
    at,
  );
};
