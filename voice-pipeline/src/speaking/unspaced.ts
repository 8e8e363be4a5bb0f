/**
 * Where a word ends in a text that may be written without spaces, as Chinese, Japanese, Thai, Khmer, Lao and Burmese are: each
 * of their characters counts as one, with the marks and the punctuation behind it. Pure.
 */

/** Below it no character is of such a script; what most calls are spoken in is told apart by that alone. */
const first = 0x0e00;
const unspaced = /^(?=\p{Lo})[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Khmr}\p{sc=Laoo}\p{sc=Mymr}]/u;
const spaced = /^[\p{Lu}\p{Ll}\p{Lt}\p{Lo}\p{N}]/u;
/** Vowels that are written before their consonant, and signs that bind the next one. */
const binds = /[\u0e40-\u0e44\u0ec0-\u0ec4\u1039\u17d2]$/;

/** Whether a character right behind the beginning of a word, without a space, is of the next. */
export const opensWord = (char: string, word: string): boolean => {
  if (char.charCodeAt(0) < first && word.charCodeAt(0) < first) return false;
  if (binds.test(word)) return false;
  return unspaced.test(char) || (unspaced.test(word) && spaced.test(char));
};

/** The first word of a text, with the spaces before it. */
export const firstWord = (text: string): string => {
  const run = /^\s*\S+/.exec(text)?.[0] ?? text;
  let [size, word] = [0, ""];
  for (const char of run) {
    if (word !== "" && opensWord(char, word)) break;
    if (word !== "" || char.trim() !== "") word += char;
    size += char.length;
  }
  return run.slice(0, size);
};

/** Where the last word begins; behind them all, when a space ends it. */
export const lastWordAt = (chars: readonly string[]): number => {
  let at = chars.findLastIndex((char) => char.trim() === "") + 1;
  let word = "";
  for (let index = at; index < chars.length; index += 1) {
    const char = chars[index] ?? "";
    if (word !== "" && opensWord(char, word)) [at, word] = [index, ""];
    word += char;
  }
  return at;
};
