/** The words of one of nova's results, each with its place in the sound of the call. Pure. */

export interface Spoken {
  text: string;
  startMs: number;
  endMs: number;
}
/** Its words, or all of its text as one where they cannot be told apart. */
export interface Piece extends Spoken {
  words: readonly Spoken[];
}

export const pieceOf = (words: readonly Spoken[]): Piece | null => {
  const [first, last] = [words[0], words.at(-1)];
  if (!first || !last) return null;
  const text = words.map((word) => word.text).join(" ");
  return { text, startMs: first.startMs, endMs: last.endMs, words };
};

/** @param whole the text and the sound of the result; `words` are the places of its words, which may be missing */
export const readPiece = (whole: Spoken, words: readonly Omit<Spoken, "text">[]): Piece | null => {
  const text = whole.text.trim();
  if (text === "") return null;
  const texts = text.split(/\s+/);
  if (texts.length === words.length)
    return pieceOf(words.map((word, index) => ({ ...word, text: texts[index] ?? "" })));
  const [startMs, endMs] = [words[0]?.startMs ?? whole.startMs, words.at(-1)?.endMs ?? whole.endMs];
  return pieceOf([{ text, startMs, endMs }]);
};

const middleOf = ({ startMs, endMs }: Spoken): number => (startMs + endMs) / 2;
const only = (piece: Piece | null, isKept: (word: Spoken) => boolean): Piece | null =>
  !piece || piece.words.every(isKept) ? piece : pieceOf(piece.words.filter(isKept));

/** What of it does not stand, with the middle of its words, in this stretch of the sound. */
export const outside = (piece: Piece | null, fromMs: number, toMs: number): Piece | null =>
  only(piece, (word) => middleOf(word) < fromMs || middleOf(word) > toMs);

/** Told again, a word may stand so much later in the sound. */
const driftMs = 200;
const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** What of it was said after this word. */
export const after = (piece: Piece | null, last: Spoken | null): Piece | null => {
  if (!last) return piece;
  const isAgain = ({ text, startMs }: Spoken) =>
    startMs <= last.endMs + driftMs && plain(text) === plain(last.text);
  return only(piece, (word) => middleOf(word) > last.endMs && !isAgain(word));
};

/** Whether the most of it stands in the sound of the other. */
export const isWithin = (piece: Spoken, other: Spoken): boolean =>
  Math.min(piece.endMs, other.endMs) - Math.max(piece.startMs, other.startMs) >
  (piece.endMs - piece.startMs) / 2;
