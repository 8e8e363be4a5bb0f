/** How much of a text was spoken, by the characters that came with its sound. Spaces are nobody's and do not count. Pure. */
import { firstWord } from "./unspaced.ts";

export const lettersOf = (text: string): string => text.replace(/\s+/g, "");
export const letters = (text: string): number => lettersOf(text).length;

/** A text from after its first so many letters on. */
export const afterLetters = (text: string, spoken: number): string => {
  let at = 0;
  for (let count = 0; count < spoken && at < text.length; at += 1)
    if (!/\s/.test(text.charAt(at))) count += 1;
  return text.slice(at);
};

/** What is left of clauses of which so many letters were spoken, from the start of the word that was not whole. */
export const unspoken = (clauses: readonly string[], spoken: number): string[] => {
  let left = spoken;
  return clauses.flatMap((clause) => {
    const size = letters(clause);
    if (left >= size) {
      left -= size;
      return [];
    }
    let rest = clause;
    while (left > 0) {
      const word = firstWord(rest);
      if (letters(word) > left) break;
      left -= letters(word);
      rest = rest.slice(word.length);
    }
    left = 0;
    return [rest.trim()];
  });
};
