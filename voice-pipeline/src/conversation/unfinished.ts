/**
 * Whether a caller who fell silent is likely to go on, by the words alone. An end that a sentence cannot have, or a number
 * being dictated, is worth some patience; everything else is worth none.
 */
import { wordsOf } from "./plain-words.ts";

const thinkingMs = 1_200;
const dictatingMs = 2_000;

const listOf = (...lists: string[]) => new Set(lists.flatMap((list) => list.split(" ")));

/** No sentence ends with one of these, even where the provider set a full stop. */
const never = listOf(
  "and or but because the a an my your our their if than um uh er erm uhm",
  "und oder aber weil der ein eine mein meine wenn äh ähm",
  "y o pero porque el un una mi si eh",
  "et ou mais parce le un une mon ma si euh",
);
/** Few sentences end with one of these, and only where a mark says so. */
const seldom = listOf(
  "to of for with from at by is are was were am has have had will would could should can that which who whose",
  "i we they he she it's i'm we're i'd i'll let's like want need think into about so then also maybe well",
  "für mit von zu nach bei ist sind war ich wir möchte will dass",
  "para con de en es soy quiero que yo creo",
  "pour avec de dans est suis veux que je",
);

const digitWords: Record<string, string> = {
  ...{ zero: "0", oh: "0", o: "0", one: "1", two: "2", three: "3", four: "4" },
  ...{ five: "5", six: "6", seven: "7", eight: "8", nine: "9" },
};
/** A telephone number is not shorter, with its area. */
const wholeNumber = 10;

/** The digits at the end of what was said, one after the other, as somebody reads out a number. */
const dictated = (words: readonly string[]): { digits: number; groups: number } => {
  let [digits, groups] = [0, 0];
  for (const word of words.toReversed()) {
    const figures = digitWords[word] ?? word.replaceAll("-", "");
    const factor = { double: 1, triple: 2 }[word];
    if (factor !== undefined && groups > 0) digits += factor;
    else if (/^\d{1,4}$/.test(figures)) [digits, groups] = [digits + figures.length, groups + 1];
    else if (/^\d{5,}$/.test(figures)) return { digits: digits + figures.length, groups: groups + 1 };
    else break;
  }
  return { digits, groups };
};

const announcesNumber = /\b(number|code|pin|zip|postcode|(call|reach|ring|text) me (back )?(at|on))( is)?$/;

/** How long to wait for more before these words are taken for the whole turn; 0 when they are whole. */
export const patienceMs = (text: string): number => {
  const words = wordsOf(text);
  const last = words.at(-1);
  if (last === undefined || /[?!？！؟]["'”’)]*$/.test(text)) return 0;
  const { digits, groups } = dictated(words);
  if (groups >= 3 && digits < wholeNumber) return dictatingMs;
  const before = words.slice(0, words.length - groups).join(" ");
  const isClosed = /[.。।۔]["'”’)]*$/.test(text) && !/(\.\.|…)$/.test(text);
  if (announcesNumber.test(before) && (groups === 0 || (!isClosed && digits < wholeNumber)))
    return dictatingMs;
  if (never.has(last) && words.length > 1) return thinkingMs;
  if (isClosed) return 0;
  return seldom.has(last) || /([,;:，、；：—–…]|\.\.|-)$/.test(text.trim()) ? thinkingMs : 0;
};
