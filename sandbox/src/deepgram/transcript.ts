/** Words as Deepgram writes them: plain and lower-cased, or as they were spoken when punctuation was asked for. */
import type { HeardWord } from "./hearing.ts";

const seconds = (ms: number): number => Math.round(ms) / 1000;

const plain = (text: string): string =>
  text.toLowerCase().replace(/^[^\p{L}\p{N}\uFFFD]+|[^\p{L}\p{N}\uFFFD]+$/gu, "") || text;

const mean = (words: readonly HeardWord[]): number =>
  words.length === 0 ? 0 : words.reduce((sum, word) => sum + word.confidence, 0) / words.length;

export const spokenText = (words: readonly HeardWord[]): string => words.map((word) => word.text).join(" ");

/** The one alternative of a result. */
export const alternativeOf = (words: readonly HeardWord[], isPunctuated: boolean) => ({
  transcript: isPunctuated ? spokenText(words) : words.map((word) => plain(word.text)).join(" "),
  confidence: mean(words),
  words: words.map((word) => ({
    word: plain(word.text),
    start: seconds(word.startMs),
    end: seconds(word.endMs),
    confidence: word.confidence,
    ...(isPunctuated ? { punctuated_word: word.text } : {}),
  })),
});

export const fluxWordsOf = (words: readonly HeardWord[]) =>
  words.map((word) => ({
    word: word.text,
    confidence: word.confidence,
    start: seconds(word.startMs),
    end: seconds(word.endMs),
  }));
