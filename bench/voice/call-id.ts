/** The call id of a numbered caller. */
export const callIdOf = (call: number): string =>
  `0199aa00-0000-7000-8000-${call.toString(16).padStart(12, "0")}`;
