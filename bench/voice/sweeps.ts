/** What lived after each sweep of the whole heap: memory that is really kept, whatever room the heap holds beside it. */
import { constants, type PerformanceEntry, PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics } from "node:v8";
import { nowMs } from "./clock.ts";

export interface Sweep {
  /** Of `nowMs`. */
  at: number;
  /** Outside the nursery. */
  mb: number;
}

type Collection = PerformanceEntry & { detail?: { kind?: number } };

const isWhole = (entry: Collection): boolean => entry.detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;

const lives = (): number =>
  getHeapSpaceStatistics()
    .filter(({ space_name }) => !space_name.startsWith("new_"))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0) /
  2 ** 20;

export const watchSweeps = (): readonly Sweep[] => {
  const sweeps: Sweep[] = [];
  new PerformanceObserver((list) => {
    if (list.getEntries().some(isWhole)) sweeps.push({ at: nowMs(), mb: lives() });
  }).observe({ entryTypes: ["gc"] });
  return sweeps;
};
