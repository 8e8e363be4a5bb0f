/** The ways out of a call: a last line heard whole, the wish not to be called again, the caller hanging up. */
import type { EndReason, Fault } from "@callmeback/shared/contract/voice";
import { whenSpoken } from "./afterwards.ts";
import type { CallState } from "./call-state.ts";
import { endCall } from "./ending.ts";
import { whenFree } from "./floor.ts";
import { lines } from "./lines.ts";
import { noteOptOut } from "./opt-out.ts";
import { line, recordPersona } from "./speech.ts";

const goodbye = (state: CallState, text: string, reason: EndReason, fault: Fault): (() => void) => {
  state.isLeaving = true;
  state.stopThinking();
  state.unfinished?.accept();
  return () => line(state, text, false, { reason, fault });
};

/** The disclosure and the careful words are heard to their end first. */
export const leave = (state: CallState, text: string, reason: EndReason, fault: Fault, at: number): void => {
  if (state.isLeaving) return;
  const last = goodbye(state, text, reason, fault);
  if (state.utterance?.canBeCut === false) whenSpoken(state, last);
  else whenFree(state, last, at);
};

/** Holds from this moment, also when they hang up before the goodbye, and stops whatever is being said. */
export const optOut = (state: CallState, source: "spoken" | "digit", evidence: string, at: number): void => {
  if (!noteOptOut(state, source, evidence) || state.isLeaving) return;
  whenFree(state, goodbye(state, lines.optOut, "opt_out", "none"), at);
};

export const callerGone = (state: CallState, heard: string, at: number): void => {
  const utterance = state.utterance;
  state.stopThinking();
  recordPersona(state, utterance?.heldAt != null ? utterance.heard : heard, true, at);
  endCall(state, utterance?.endAfter?.reason ?? "caller_hangup", utterance?.endAfter?.fault ?? "none");
};
