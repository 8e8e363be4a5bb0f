/**
 * Where the event loop stood still, and why: a process that works is to be made quicker, one whose core was taken was disturbed,
 * and one that did neither slept within a call of its own, as for a disk, or its whole core was away. The kernel tells only on
 * Linux.
 */
import { openSync, readSync } from "node:fs";
import { nowMs } from "./clock.ts";

export interface Stall {
  /** When it began, of `nowMs`. */
  at: number;
  ms: number;
  /** So much of it the core worked for the process, and so much for somebody else; NaN where nobody tells. */
  workedMs: number;
  coreTakenMs: number;
}

const everyMs = 20;
const stallMs = 50;
const mostKept = 100;

/** CPU time of this process's main thread, and how long it was ready and did not run, so far. */
const scheduled = (): (() => [workedMs: number, takenMs: number]) => {
  const place = Buffer.alloc(96);
  try {
    const file = openSync("/proc/self/schedstat", "r");
    return () => {
      const [worked, taken] = place
        .toString("latin1", 0, readSync(file, place, 0, place.length, 0))
        .split(" ");
      return [Number(worked) / 1e6, Number(taken) / 1e6];
    };
  } catch {
    return () => [Number.NaN, Number.NaN];
  }
};

/** The stalls of this process from now on, the last hundred of them. */
export const watchStalls = (): readonly Stall[] => {
  const stalls: Stall[] = [];
  const read = scheduled();
  let [at, [worked, taken]] = [nowMs(), read()];
  setInterval(() => {
    const [nowAt, [nowWorked, nowTaken]] = [nowMs(), read()];
    const ms = nowAt - at - everyMs;
    if (ms > stallMs) {
      stalls.push({ at, ms, workedMs: nowWorked - worked, coreTakenMs: nowTaken - taken });
      if (stalls.length > mostKept) stalls.shift();
    }
    [at, worked, taken] = [nowAt, nowWorked, nowTaken];
  }, everyMs).unref();
  return stalls;
};
