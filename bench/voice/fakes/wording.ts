/**
 * The words of the bench: each sentence names its turn and its call, so that every fake knows whose it is. Numbers are
 * syllables, since a system may say a figure in words of its own.
 */

const syllables: readonly string[] = ["ba", "be", "bi", "bo", "bu", "da", "de", "di", "do", "du"];

const spoken = (number: number): string =>
  [...String(number)].map((digit) => syllables[Number(digit)]).join("");

const read = (word = ""): number =>
  Number((word.toLowerCase().match(/../g) ?? []).map((each) => syllables.indexOf(each)).join(""));

export const question = (call: number, turn: number): string =>
  `Question ${spoken(turn)} of caller ${spoken(call)}, please.`;

/** The answer's tokens, and which of them ends the first sentence. */
export const answer = (call: number, turn: number): { tokens: string[]; sentenceEnd: number } => {
  const first = ["Answer ", `${spoken(turn)} `, "for ", "caller ", `${spoken(call)}. `];
  const second = `Part two of answer ${spoken(turn)} for caller ${spoken(call)} goes on for a while.`;
  return { tokens: [...first, ...second.split(/(?<=\s)/)], sentenceEnd: first.length - 1 };
};

const word = "((?:[bd][aeiou])+)";
const asked = new RegExp(`question ${word} of caller ${word}`, "gi");
const answered = new RegExp(`(part two of )?answer ${word} for caller ${word}`, "i");

/** The newest question in a text. */
export const questionIn = (text: string): { call: number; turn: number } | null => {
  const last = [...text.matchAll(asked)].at(-1);
  return last ? { turn: read(last[1]), call: read(last[2]) } : null;
};

export const answerIn = (text: string): { call: number; turn: number; isSecond: boolean } | null => {
  const found = answered.exec(text);
  return found ? { isSecond: found[1] !== undefined, turn: read(found[2]), call: read(found[3]) } : null;
};
