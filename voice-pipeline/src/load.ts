/**
 * Whether this process can bear one more call, judged by how late its timers are: the one figure that grows before people hear
 * gaps, whatever the cause. It takes some seconds of
 * it, so that one pause turns nobody away, and ends later than it began, so that it does not flap. Running calls are left alone.
 */
import { type ELDHistogram, monitorEventLoopDelay } from "node:perf_hooks";

const everyMs = 1_000;
const resolutionMs = 10;
/** So much of the 160 ms that the telephone has in hand at least may be lost to a late timer now and then; a pause for garbage is less. */
const worstMs = 150;
/** A usual tick that is as late as a frame is long: the processor is used up. */
const usualMs = 20;
const badSeconds = 3;
const goodSeconds = 5;

export interface Lateness {
  p50: number;
  p99: number;
  most: number;
}

/** Pure: each second's lateness comes in, in milliseconds. */
export class LoadJudge {
  isOverloaded = false;
  #bad = 0;
  #good = 0;

  second({ p50, p99 }: Lateness): void {
    this.#bad = p50 > usualMs || p99 > worstMs ? this.#bad + 1 : 0;
    this.#good = p50 < usualMs / 2 && p99 < worstMs / 2 ? this.#good + 1 : 0;
    if (this.#bad >= badSeconds) this.isOverloaded = true;
    else if (this.#good >= goodSeconds) this.isOverloaded = false;
  }
}

export interface Load {
  readonly isOverloaded: boolean;
  stop(): void;
}

/** @param measured hears each second's lateness */
export const watchLoad = (measured: (lateness: Lateness) => void): Load => {
  const judge = new LoadJudge();
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  const timer = setInterval(() => {
    const lateness = latenessOf(delays);
    delays.reset();
    judge.second(lateness);
    measured(lateness);
  }, everyMs);
  timer.unref();
  return {
    get isOverloaded() {
      return judge.isOverloaded;
    },
    stop() {
      clearInterval(timer);
      delays.disable();
    },
  };
};

/** The histogram holds the time between its own timers, of which the most is the wait that was asked for. */
const latenessOf = (delays: ELDHistogram): Lateness => {
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs);
  return { p50: late(delays.percentile(50)), p99: late(delays.percentile(99)), most: late(delays.max) };
};
