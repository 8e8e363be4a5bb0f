/**
 * How Node is to be started for the pipeline. One process has one core: helper threads would take turns with the calls that
 * wait for them, a small nursery is swept often and shortly, and a heap that may fill before it is swept as a whole is so
 * swept twice a minute instead of every nine seconds (docs/performance.md has the figures).
 */
export const nodeFlags = [
  "--single-threaded-gc",
  "--max-semi-space-size=8",
  "--initial-old-space-size=96",
] as const;
