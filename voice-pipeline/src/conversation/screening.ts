/**
 * A telephone's own assistant that asks who calls before it rings. The greeting is not held back for it; it is told who
 * calls, is left alone while it looks for its owner, and whoever comes is greeted anew, since they heard no disclosure.
 */
import type { CallState } from "./call-state.ts";
import { screenedLine } from "./lines.ts";
import { greet } from "./recording-consent.ts";

const youngMs = 30_000;
const mostAnswers = 2;

/** Phrases that a person hardly says. */
const questions = [
  /\b(say|state|record|give|tell (me|us)) your (full )?name (and|with|before|after|so)\b/,
  /\bname and (the |your )?(reason|why|purpose)\b/,
  /\b(using|uses) (a |an |the )?([a-z]+ )?(call )?(screening|screener)\b/,
  /\b(call screening|screening service|google assistant|call assist)\b/,
  /\bi('ll| will) see if (this person|they|he|she|the person) ?('s| is| are|'re) available\b/,
  /\bbefore i (try to )?connect you\b/,
];
const waits = [
  /\b(please )?(hold|stay|remain) (on( the line)?|the line|for a|while)\b/,
  /\b(one|just a|a) (moment|second|minute)\b/,
  /\b(connecting|trying to connect|putting) you\b/,
  /\bthank(s| you)\b.*\b(wait|hold|line|available|try)\b/,
];

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll("’", "'")
    .replace(/[^\p{L}\p{N}'\s]/gu, " ")
    .replace(/\s+/g, " ");
export const isScreening = (text: string): boolean => questions.some((each) => each.test(plain(text)));

/** Answers whether the turn, which `accept` takes down, was an assistant's, or the first after one. */
export const answerScreening = (state: CallState, text: string, accept: () => void, at: number): boolean => {
  const isYoung = state.isScreened || at - state.greetedAt <= youngMs;
  const isAsked = isYoung && state.consent.state !== "recording" && isScreening(text);
  if (state.isLeaving || (!isAsked && !state.isScreened)) return false;
  accept();
  if (isAsked) {
    state.isScreened = true;
    state.screenings += 1;
    // It is told once it has been quiet for a moment, after the greeting if that is still being said.
    if (state.screenings <= mostAnswers)
      state.waiting.push({ text: screenedLine(state.session), until: Number.POSITIVE_INFINITY });
    return true;
  }
  if (waits.some((each) => each.test(plain(text))) || state.waiting.length > 0) return true;
  if (state.utterance) return true;
  state.isScreened = false;
  greet(state, at);
  return true;
};
