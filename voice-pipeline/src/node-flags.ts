/**
 * How Node is to be started for the pipeline. One process has one core: helper threads would take turns with the calls that
 * wait for them. A sweep of the whole heap also carries off what the nursery holds, for which every call waits: so the nursery
 * is no larger than a turn's garbage needs to die in it, and the heap grows by half before it is swept. The nursery has its whole
 * size from the start and is swept when it is full, not by a task when it nearly is: memory is what it will be, and fewer
 * sweeps are needed (docs/performance.md).
 */
export const nodeFlags = [
  "--single-threaded-gc",
  "--min-semi-space-size=16",
  "--max-semi-space-size=16",
  "--no-minor-gc-task",
  "--heap-growing-percent=50",
] as const;
