/**
 * Loaded with `--import` ahead of a program that is measured, so that it is measured as it is: answers over the IPC channel
 * how late the event loop was, what memory the process holds, and what of it lives.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Stall, watchStalls } from "./stalls.ts";
import { type Sweep, watchSweeps } from "./sweeps.ts";

export interface Inside {
  loopDelayMs: { p50: number; p99: number; max: number };
  stalls: readonly Stall[];
  sweeps: readonly Sweep[];
  heapMb: number;
  externalMb: number;
}

const resolutionMs = 10;
const delays = monitorEventLoopDelay({ resolution: resolutionMs });
delays.enable();
const stalls = watchStalls();
const sweeps = watchSweeps();
// The histogram holds whole intervals; what is above the resolution is delay.
const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs);

process.on("message", (message) => {
  if (message === "reset-inside") delays.reset();
  if (message !== "tell-inside") return;
  const { heapUsed, external } = process.memoryUsage();
  const inside: Inside = {
    loopDelayMs: {
      p50: late(delays.percentile(50)),
      p99: late(delays.percentile(99)),
      max: late(delays.max),
    },
    stalls,
    sweeps,
    heapMb: heapUsed / 2 ** 20,
    externalMb: external / 2 ** 20,
  };
  process.send?.({ inside });
});
process.channel?.unref();
