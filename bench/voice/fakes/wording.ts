/** The words of the bench: each sentence names its turn and its call, so that every fake knows whose it is. */

export const question = (call: number, turn: number): string => `Question ${turn} of caller ${call}, please.`;

/** The answer's tokens, and which of them ends the first sentence. */
export const answer = (call: number, turn: number): { tokens: string[]; sentenceEnd: number } => {
  const first = ["Answer ", `${turn} `, "for ", "caller ", `${call}. `];
  const second = `Part two of answer ${turn} for caller ${call} goes on for a while.`;
  return { tokens: [...first, ...second.split(/(?<=\s)/)], sentenceEnd: first.length - 1 };
};

const asked = /question (\d+) of caller (\d+)/gi;
const answered = /(part two of )?answer (\d+) for caller (\d+)/i;

/** The newest question in a text. */
export const questionIn = (text: string): { call: number; turn: number } | null => {
  const last = [...text.matchAll(asked)].at(-1);
  return last ? { turn: Number(last[1]), call: Number(last[2]) } : null;
};

export const answerIn = (text: string): { call: number; turn: number; isSecond: boolean } | null => {
  const found = answered.exec(text);
  return found ? { isSecond: found[1] !== undefined, turn: Number(found[2]), call: Number(found[3]) } : null;
};
