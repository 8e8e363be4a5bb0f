/**
 * How Node is to be started for the pipeline. One process has one core: helper threads would take turns with the calls that
 * wait for them, and a small nursery is swept often and shortly (docs/performance.md has the figures).
 */
export const nodeFlags = ["--single-threaded-gc", "--max-semi-space-size=8"] as const;
