/**
 * What our own voice was heard to say lately, word by word with the time, and whether words that were understood are its
 * echo on a bad line. Pure.
 */
import { wordsOf } from "./plain-words.ts";

const keptMs = 30_000;
/** So much later the line may still give back a word. */
const echoMs = 2_000;
/** Of the words that come back, this part is understood as it was said. */
const likeness = 0.75;
/** So many words nobody repeats by chance while they are being said. */
const tellingWords = 4;

export class OwnWords {
  /** Side by side, not an object for each: they are kept for half a minute. */
  readonly #words: string[] = [];
  readonly #ats: number[] = [];
  #utterance = 0;
  /** What was heard of this utterance, and how many words that is. */
  #text = "";
  #count = 0;

  /** `text` is all of the utterance that was heard by now. */
  heard(utterance: number, text: string, at: number): void {
    if (utterance !== this.#utterance) [this.#text, this.#count] = ["", 0];
    this.#utterance = utterance;
    // Told many times a second: only what is new is taken apart.
    const isMore = this.#text === "" || text.startsWith(`${this.#text} `);
    const words = isMore ? wordsOf(text.slice(this.#text.length)) : wordsOf(text).slice(this.#count);
    // Where a held voice goes on from the start of a word, less was heard than before.
    if (text.length > this.#text.length) this.#text = text;
    this.#count += words.length;
    const newer = this.#ats.findIndex((each) => at - each < keptMs);
    const old = newer < 0 ? this.#ats.length : newer;
    if (old > 0) {
      this.#words.splice(0, old);
      this.#ats.splice(0, old);
    }
    for (const word of words) {
      this.#words.push(word);
      this.#ats.push(at);
    }
  }

  /** How many words of the utterance were heard by then. */
  countBy(utterance: number, at: number): number {
    if (utterance !== this.#utterance) return 0;
    return this.#count - this.#ats.filter((each) => each > at).length;
  }

  /** What may come back to somebody who listens from `from` on. */
  backFrom(from: number): string[] {
    return this.#words.filter((_, index) => (this.#ats[index] ?? 0) >= from - echoMs);
  }
}

/** Whether these words, the last one with them, stand in the same order in what was said. */
const repeats = (words: readonly string[], said: readonly string[]): boolean =>
  said.some((_, end) => {
    const from = end + 1 - words.length;
    if (from < 0 || said[end] !== words.at(-1)) return false;
    const alike = words.filter((word, index) => word === said[from + index]).length;
    return alike >= words.length * likeness;
  });

export interface Understood {
  text: string;
  /** Whether the line was as loud as somebody who speaks, and whether that began after our voice had ended. */
  isLoud: boolean;
  isAfter: boolean;
}

/** @param said what may come back: see {@link OwnWords.backFrom} */
export const isEcho = ({ text, isLoud, isAfter }: Understood, said: readonly string[]): boolean => {
  const words = wordsOf(text);
  const least = isLoud ? tellingWords : 2;
  return words.length >= least && !(isLoud && isAfter) && repeats(words, said);
};

/** One word on a quiet line that may be the first of an echo: it is waited for the next. */
export const mayBeEcho = ({ text, isLoud }: Understood, said: readonly string[]): boolean => {
  const words = wordsOf(text);
  return words.length === 1 && !isLoud && repeats(words, said);
};
