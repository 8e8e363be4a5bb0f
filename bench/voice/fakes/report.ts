/** What the fakes tell of themselves. */
import type { FakesTurn } from "../join.ts";
import type { Stall } from "../stalls.ts";

export interface FakesReport {
  turns: Record<string, FakesTurn>;
  /** Frames of the callers, as they reached speech-to-text. */
  heard: { received: number; lost: number; doubled: number; late: number; unknown: number };
  mesh: {
    entries: number;
    callerTurns: number;
    personaTurns: number;
    faults: number;
    ended: number;
    outOfOrder: number;
  };
  /** How late the fakes' event loop was: what is above this is not theirs. */
  loopDelayMs: { p50: number; p99: number };
  stalls: readonly Stall[];
}
