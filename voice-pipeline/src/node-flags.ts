/**
 * How Node is to be started for the pipeline. One process has one core: helper threads would take turns with the calls that
 * wait for them. A sweep of the whole heap also carries off what lives in the nursery, for which every call waits: so the nursery
 * is no larger than a turn's garbage needs to die in it, and is swept meanwhile too, instead of being carried off full of
 * garbage that was marked; and the heap grows by half before it is swept. The nursery has its whole size from the start and is swept
 * when it is full, not by a task when it nearly is: memory is what it will be, and fewer sweeps are needed
 * (docs/performance.md, docs/decisions/0113).
 */
export const nodeFlags = [
  "--single-threaded-gc",
  "--min-semi-space-size=16",
  "--max-semi-space-size=16",
  "--no-minor-gc-task",
  "--no-separate-gc-phases",
  "--heap-growing-percent=50",
] as const;
