/**
 * The third symbol of each byte: proof that it is this byte, at this place of the utterance, and whether its word ends
 * here. A frame that is lost, doubled or swapped breaks it.
 */

/** 0 begins an utterance, then 1–7 over and over. */
export const indexOf = (position: number): number => (position === 0 ? 0 : 1 + ((position - 1) % 7));

const digest = (byte: number): number => (byte ^ (byte >> 3) ^ (byte >> 5)) & 7;

export const checkOf = (byte: number, position: number, endsWord: boolean): number =>
  (endsWord ? 8 : 0) | ((indexOf(position) + digest(byte)) & 7);

/** What the check of a byte claims: its index in the utterance and whether its word ends. */
export const readCheck = (byte: number, check: number): { index: number; endsWord: boolean } => ({
  index: (check - digest(byte)) & 7,
  endsWord: (check & 8) !== 0,
});
