/** What the callers tell of their calls: each turn by its times, all else as counts. */
import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import { nowMs } from "../clock.ts";
import { type Stall, watchStalls } from "../stalls.ts";

export interface TurnTimes {
  call: number;
  turn: number;
  /** The last sound of the question was sent. */
  askedAt: number;
  /** The first frame of the answer came; null when none did. */
  answeredAt: number | null;
  /** From the first sound over the voice to the order to be silent; null when the turn did not interrupt. */
  stopMs: number | null;
}

export interface CallersReport {
  turns: TurnTimes[];
  /** Interruptions after which the voice never was told to stop. */
  unstopped: number;
  /** Answers that were not heard to their end, though nobody interrupted. */
  unfinished: number;
  framesHeard: number;
  lost: number;
  doubled: number;
  late: number;
  /** Times that a voice stopped amid an answer because its next frame was not there. */
  underruns: number;
  /** When they were, of `nowMs`; the last thousand of them. */
  dryAt: number[];
  /** How far a message came from the end of the sound in the one before, in a voice that was well under way. */
  jitterMs: { p50: number; p99: number };
  /** How late the callers themselves were with their own frames: what is above this is not theirs. */
  callersLateMs: { p50: number; p99: number };
  /** There and back between the callers and the fakes, past what is measured: the machine's and the bench's own share. */
  echoMs: { p50: number; p99: number };
  closedEarly: number;
  /** Calls that were not taken. */
  refused: number;
  /** Of this process: a voice may have run dry for it alone. */
  stalls: readonly Stall[];
}

/** A histogram of milliseconds, to the microsecond. */
export class Spread {
  readonly #histogram: RecordableHistogram = createHistogram();

  add(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * 1000)));
  }

  at(percent: number): number {
    return this.#histogram.count === 0 ? Number.NaN : this.#histogram.percentile(percent) / 1000;
  }

  reset(): void {
    this.#histogram.reset();
  }
}

/** What all callers of the process count together, since the last `begin`. */
export class Heard {
  turns: TurnTimes[] = [];
  unstopped = 0;
  unfinished = 0;
  framesHeard = 0;
  lost = 0;
  doubled = 0;
  late = 0;
  underruns = 0;
  dryAt: number[] = [];
  closedEarly = 0;
  refused = 0;
  readonly jitter = new Spread();
  readonly callersLate = new Spread();
  readonly echo = new Spread();
  readonly #stalls = watchStalls();

  ranDry(): void {
    this.underruns += 1;
    this.dryAt.push(nowMs());
    if (this.dryAt.length > 1_000) this.dryAt.shift();
  }

  begin(): void {
    this.turns = [];
    for (const spread of [this.jitter, this.callersLate, this.echo]) spread.reset();
    this.unstopped = 0;
    this.unfinished = 0;
    this.framesHeard = 0;
    this.lost = 0;
    this.doubled = 0;
    this.late = 0;
    this.underruns = 0;
    this.dryAt = [];
  }

  report(): CallersReport {
    const {
      turns,
      unstopped,
      unfinished,
      framesHeard,
      lost,
      doubled,
      late,
      underruns,
      dryAt,
      closedEarly,
      refused,
    } = this;
    const both = (spread: Spread) => ({ p50: spread.at(50), p99: spread.at(99) });
    const spreads = {
      jitterMs: both(this.jitter),
      callersLateMs: both(this.callersLate),
      echoMs: both(this.echo),
    };
    const counts = {
      unstopped,
      unfinished,
      framesHeard,
      lost,
      doubled,
      late,
      underruns,
      closedEarly,
      refused,
      dryAt,
    };
    return { turns, ...counts, ...spreads, stalls: this.#stalls };
  }
}
