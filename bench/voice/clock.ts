/** Milliseconds of the machine's monotonic clock: every process on it reads the same one. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
