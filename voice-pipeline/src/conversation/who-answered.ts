/**
 * Who answered: a recorded greeting is known by its words. It is looked for only while a call is young, and only in
 * phrases that a person hardly says, since to hang up on a person is worse than to talk to a machine.
 */
import type { CallState } from "./call-state.ts";
import { endCall } from "./ending.ts";
import { whenFree } from "./floor.ts";

const youngMs = 30_000;

const greetings = [
  /\bleave (me |us )?(a|your) (short |brief |detailed )?(voice )?message (and|after|at|following)\b/,
  /\b(after|at) the (tone|beep)\b.*\b(record|leave|message)\b/,
  /\brecord your message\b/,
  /\bautomated voice (messag|mail)/,
  /\b(mailbox|voice ?mail ?box) is full\b/,
  /\b(forwarded|transferred) to (an? )?(automated )?voice ?mail\b/,
  /\bnachricht nach dem (signal|piep|ton)/,
  /\b(deje|deja) (su|tu|un) mensaje (después|despues|tras)/,
  /\blaisse[zr] (un|votre) message après\b/,
];

export const isVoicemail = (text: string): boolean => {
  const said = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s]/gu, " ")
    .replace(/\s+/g, " ");
  return greetings.some((greeting) => greeting.test(said));
};

/** Ends the call if a machine speaks; answers whether it does. */
export const leaveMachine = (state: CallState, text: string, at: number): boolean => {
  if (state.isLeaving || at - state.startedAt > youngMs || !isVoicemail(text)) return false;
  state.recordCaller({ text, startedAt: state.interim?.startedAt ?? at, endedAt: at });
  state.interim = null;
  state.isLeaving = true;
  state.stopThinking();
  whenFree(state, () => endCall(state, "voicemail", "none"), at);
  return true;
};
