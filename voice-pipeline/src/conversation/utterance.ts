/** One thing that the persona says, from the first clause to the last frame heard. */
import type { EndReason, Fault, TurnLatency } from "@callmeback/shared/contract/voice";
import type { Notice } from "./call-state.ts";

export interface Utterance {
  id: number;
  /** A greeting or goodbye is heard whole. */
  canBeCut: boolean;
  isGreeting: boolean;
  /** Beside the conversation, as the menu is. */
  isAside: boolean;
  /** What it tells at a quiet moment, and otherwise later. */
  notice: Notice | null;
  said: string;
  isFinished: boolean;
  startedAt: number | null;
  /** When the persona last was heard, or was given something to say. */
  voicedAt: number;
  fillers: number;
  heldAt: number | null;
  heard: string;
  /** The caller's words confirmed the interruption; the voice's position is being asked for. */
  isTaken: boolean;
  turnEndedAt: number | null;
  latency: TurnLatency;
  endAfter: { reason: EndReason; fault: Fault } | null;
}

export const openUtterance = (id: number, canBeCut: boolean): Utterance => ({
  id,
  canBeCut,
  isGreeting: false,
  isAside: false,
  notice: null,
  said: "",
  isFinished: false,
  startedAt: null,
  voicedAt: 0,
  fillers: 0,
  heldAt: null,
  heard: "",
  isTaken: false,
  turnEndedAt: null,
  latency: {
    endpointing_ms: null,
    first_token_ms: null,
    first_clause_ms: null,
    first_audio_ms: null,
    first_frame_ms: null,
  },
  endAfter: null,
});

type Part = "first_token_ms" | "first_clause_ms" | "first_audio_ms" | "first_frame_ms";

/** Notes a part of the waterfall, once. */
export const note = (utterance: Utterance, part: Part, at: number): void => {
  if (utterance.turnEndedAt !== null) utterance.latency[part] ??= Math.max(0, at - utterance.turnEndedAt);
};
