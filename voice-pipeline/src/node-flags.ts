/**
 * How Node is to be started for the pipeline. One process has one core: helper threads would take turns with the calls that
 * wait for them, a nursery in which most of a turn's garbage dies fills nothing else, and a heap that may fill a little before it
 * is swept as a whole is so swept rarely, and has its size within a minute (docs/performance.md has the figures).
 */
export const nodeFlags = [
  "--single-threaded-gc",
  "--max-semi-space-size=16",
  "--initial-old-space-size=48",
] as const;
