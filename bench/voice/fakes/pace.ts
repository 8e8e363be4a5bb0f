/** The set delays of the fakes, in milliseconds. Real ones are of this size; what they are does not change what is added. */
export const pace = {
  /** From the first sound of a turn to its first words. */
  interimMs: 400,
  /** From the last sound of a turn to its end as reported. */
  endOfTurnMs: 150,
  firstTokenMs: 250,
  tokenMs: 1000 / 60,
  firstSoundMs: 120,
  /** Sound is made this many times faster than life. */
  soundSpeed: 5,
} as const;
