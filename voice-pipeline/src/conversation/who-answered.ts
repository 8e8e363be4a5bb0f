/**
 * Who answered: a recorded greeting or a menu is known by its words, and a recording also by taking no notice of ours. It is
 * looked for only while a call is young, and only in what a person hardly says, since to hang up on a person is worse than to
 * talk to a machine.
 */
import type { CallState } from "./call-state.ts";
import { endCall } from "./ending.ts";
import { whenFree } from "./floor.ts";
import { wordsOf } from "./plain-words.ts";
import { isScreening } from "./screening.ts";

const youngMs = 30_000;
/** A recording begins at once, and talks on through the greeting for longer than anybody who hears it. */
const promptMs = 2_500;
const unbrokenMs = 5_000;
const unbrokenWords = 14;

const greetings = [
  /\bleave (me |us )?(a|your) (short |brief |detailed )?(voice )?message,? (and|after|at|following)\b/,
  /(^|, ?|\b(please|and|then|or|so|just|can|may) )leave (me |us )?(a|your) ([a-z]+ )?(voice ?)?message\b/,
  /\bleave (me |us )?your (name,?( and)? )?((tele)?phone |call ?back )?number\b/,
  /\b(after|at) the (tone|beep)\b.*\b(record|leave|message)\b/,
  /\brecord your message\b/,
  /\bautomated voice (messag|mail)/,
  /\b(mailbox|voice ?mail ?box) is full\b/,
  /\b(forwarded|transferred) to (an? )?(automated )?voice ?mail\b/,
  /\breached (the )?(voice ?mail|mail ?box)\b/,
  /\b(can't|cannot|can not|unable to|not able to|not available to) ((take|answer) (your|the|this) (phone )?call|(come|get) to the phone)\b/,
  /\b(person|party|customer|subscriber) (that )?you( are|'re| have|'ve)? (calling|called|dialed|dialled|trying to (reach|call))\b.*\b(not|un) ?(available|reachable)\b/,
  /\b(nachricht|sprechen sie|sprich) (bitte )?nach dem (signal|piep|ton)/,
  /\b(deje|deja) (su|tu|un) mensaje (después|despues|tras)/,
  /\blaisse[zr] (un|votre) message après\b/,
];

const key = "(the )?([0-9]|zero|one|two|three|four|five|six|seven|eight|nine|star|pound|hash)( key)?";
/** Not "should I press 1?" */
const press = `(?<!\\b(i|you|we|he|she|do|should|must|did|not|don't|said|says) )press ${key}`;
const menus = [
  new RegExp(`${press} (for|to|if)\\b`),
  new RegExp(`\\b(for|to) [\\p{L}' ]{2,60},? ${press}\\b`, "u"),
  /\b(our )?menu options have (recently )?changed\b/,
  /\byour call is (very )?important to us\b/,
  /\b(oprima|marque|pulse|drücken sie( die)?|appuyez sur|tapez)( el| la| le)? ([0-9]|uno|dos|tres|eins|zwei|drei|un|deux|trois)\b/,
];

/** The reason is asked for by who looks whether its owner is there, and by no mailbox that does not also promise to call. */
const callsBack = /\b(call|get|ring|phone)( right)?( you)? back\b|\breturn your call\b/;

export const isMachine = (text: string): boolean => {
  const said = text
    .toLowerCase()
    .replaceAll("’", "'")
    .replace(/[.!?;:,–—]+/g, ",")
    .replace(/[^\p{L}\p{N}',\s]/gu, " ")
    .replace(/\s+/g, " ");
  if (isScreening(text) && !callsBack.test(said)) return false;
  return [...greetings, ...menus].some((each) => each.test(said));
};

/** It asks whether it is heard: nobody records that. */
const isAsking = (text: string): boolean =>
  /\?|\bhello\b.*\bhello\b|\bwho('s| is) (this|there|that)\b|\bhear me\b/i.test(text);

const isRecording = (state: CallState, text: string, at: number): boolean => {
  const from = state.turnFrom;
  if (!state.utterance?.isGreeting || from === null || from - state.startedAt > promptMs) return false;
  const isUnbroken = at - from >= unbrokenMs && wordsOf(text).length >= unbrokenWords;
  return isUnbroken && !isAsking(text) && !isScreening(text);
};

/** Ends the call if a machine speaks that the persona leaves; answers whether it does. */
export const leaveMachine = (state: CallState, text: string, at: number): boolean => {
  if (!state.session.persona.leaves_machines) return false;
  const isYoung = at - state.startedAt <= youngMs || state.isScreened;
  if (state.isLeaving || !isYoung || !(isMachine(text) || isRecording(state, text, at))) return false;
  state.recordCaller({ text, startedAt: state.interim?.startedAt ?? at, endedAt: at });
  state.interim = null;
  state.isLeaving = true;
  state.stopThinking();
  whenFree(state, () => endCall(state, "voicemail", "none"), at);
  return true;
};
