/**
 * How Node is to be started for the pipeline. One process has one core: helper threads would take turns with the calls that
 * wait for them. A sweep of the whole heap holds up every call for a tenth of a second, so it must be rare: most of a turn's
 * garbage dies in a large nursery, and the heap may grow to twice what lives before it is swept (docs/performance.md).
 */
export const nodeFlags = [
  "--single-threaded-gc",
  "--max-semi-space-size=16",
  "--heap-growing-percent=50",
] as const;
