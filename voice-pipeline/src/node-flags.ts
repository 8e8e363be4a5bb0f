/**
 * How Node is to be started for the pipeline. One process has one core: helper threads would take turns with the calls that
 * wait for them. A sweep of the whole heap also carries off what the nursery holds, for which every call waits: so the nursery
 * is no larger than a turn's garbage needs to die in it, and the heap grows by half before it is swept (docs/performance.md).
 */
export const nodeFlags = [
  "--single-threaded-gc",
  "--max-semi-space-size=16",
  "--heap-growing-percent=50",
] as const;
