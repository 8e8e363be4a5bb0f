/** What the persona says: clause by clause, recorded by what of it was heard, and the end of the call after the last. */
import type { EndReason, Fault } from "@callmeback/shared/contract/voice";
import { isEnglish } from "../speaking/language.ts";
import { speakable } from "../speaking/speakable.ts";
import { spoken } from "./afterwards.ts";
import type { CallState } from "./call-state.ts";
import { endCall } from "./ending.ts";
import { greetingOf } from "./lines.ts";
import { note, openUtterance, type Utterance } from "./utterance.ts";

/** Answers whether there was anything to say. */
export const say = (state: CallState, clause: string, at: number): boolean => {
  const text = speakable(clause, state.wasEnglish);
  if (!state.utterance || !/[\p{L}\p{N}]/u.test(text)) return false;
  state.wasEnglish = isEnglish(clause) ?? state.wasEnglish;
  state.utterance.voicedAt = at;
  note(state.utterance, "first_clause_ms", at);
  state.utterance.said = `${state.utterance.said} ${text}`.trim();
  state.act({ type: "say", utterance: state.utterance.id, text });
  return true;
};

export const finish = (state: CallState): void => {
  if (!state.utterance) return;
  state.utterance.isFinished = true;
  state.act({ type: "finish", utterance: state.utterance.id });
};

export const line = (
  state: CallState,
  text: string,
  canBeCut: boolean,
  endAfter: Utterance["endAfter"] = null,
): void => {
  state.dropDraft();
  state.utterance = openUtterance(state.nextId(), canBeCut);
  state.utterance.endAfter = endAfter;
  say(state, text, 0);
  finish(state);
};

/** The opening, with the disclosure. */
export const sayGreeting = (state: CallState): void => {
  line(state, greetingOf(state.session), false);
  if (state.utterance) state.utterance.isGreeting = true;
};

export const played = (state: CallState, id: number, at: number): void => {
  const utterance = state.utterance;
  // One that is still being thought of has more to say, whatever was played of it.
  if (utterance?.id !== id || !utterance.isFinished) return;
  state.outages.forget("voice");
  state.own.heard(id, utterance.said, at);
  recordPersona(state, utterance.said, false, at);
  state.activeAt = at;
  if (utterance.endAfter) endCall(state, utterance.endAfter.reason, utterance.endAfter.fault);
  else spoken(state, at);
};

export const recordPersona = (state: CallState, text: string, interrupted: boolean, at: number): void => {
  const utterance = state.utterance;
  const isHeard = text !== "" && utterance?.startedAt != null;
  state.history.heard(isHeard ? text : "", interrupted);
  if (utterance?.startedAt != null && !utterance.isAside) state.lastSaid = utterance.said;
  if (!utterance || utterance.startedAt === null || text === "") return;
  const latency = utterance.turnEndedAt === null ? null : utterance.latency;
  const turn = { text, startedAt: utterance.startedAt, endedAt: at, interrupted, latency };
  state.act({ type: "record", turn: { speaker: "persona", ...turn } });
};

/** What is being said is the last of this call, and is heard whole. */
export const endAfter = (state: CallState, utterance: Utterance, reason: EndReason, fault: Fault): void => {
  state.isLeaving = true;
  utterance.canBeCut = false;
  utterance.endAfter = { reason, fault };
};
