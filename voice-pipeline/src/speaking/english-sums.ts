/** Sums ("15 - 8 = 7"), ranges ("20-25") and the signs before numbers: what a dash between figures stands for. Pure. */
import {
  amountOf,
  dash,
  given,
  hyphen,
  number,
  type Reading,
  reading,
  things,
  units,
} from "./figure-reading.ts";

const operators: Record<string, string> = { "+": "plus", "×": "times", "*": "times", x: "times" };
const spokenOperators = (sum: string | undefined): string =>
  given(sum).replace(
    /(?<=[\d)]%?)\s?([-\u2010\u2011−–+*×x÷/])\s?(?=[$€£(]{0,2}\d)/g,
    (_, sign: string) => ` ${operators[sign] ?? (/[÷/]/.test(sign) ? "divided by" : "minus")} `,
  );

const term = `\\(?[$€£]?(?:${number})%?\\)?`;
const operator = String.raw`(?:\s?[-\u2010\u2011−–+*×x÷/]\s?)`;
const clearOperator = String.raw`(?:\s[-\u2010\u2011−–+*×x÷/]\s|[*×÷+])`;

/** A sum is known by its "=" or by the question for it: without these a dash makes a range. */
export const sums: readonly Reading[] = [
  reading(
    new RegExp(`(?<![\\w.,])${term}(?:${operator}${term}){1,9}(?=\\s?=\\s?(?:[-−$€£(\\d?…_]|$))`, "g"),
    spokenOperators,
  ),
  reading(
    new RegExp(
      `(?<=(?:=|\\b(?:what is|what's|calculate|compute|solve))\\s?)${term}(?:${clearOperator}${term}){1,9}(?!\\w|[.,]\\d)`,
      "gi",
    ),
    spokenOperators,
  ),
  reading(/(?<=[\d)])\s?×\s?(?=[\d(])/g, () => " times "),
  reading(/(?<=\d)\s?=\s?(?=[-−]?[$€£(]?\d|\?)/g, () => " equals "),
];

/** Ranges of seven figures and more, which else would be telephone numbers. */
export const rangesOfThings = reading(
  new RegExp(`(?<![\\w.,$€£-])(\\d{2,6})${dash}(\\d{2,6})(?= ?(?:[%°]|(?:${units}|of|${things})\\b))`, "g"),
  (_, from, to) => {
    const [start, end] = [given(from), given(to)];
    // Three figures and four are a telephone number's.
    const isRange = Number(start) < Number(end) && !(start.length === 3 && end.length === 4);
    return isRange ? `${start} to ${end}` : null;
  },
);

export const ranges: readonly Reading[] = [
  // Between spaces a dash may be a pause, or part a score.
  reading(new RegExp(`(?<![\\w.,])(${number})\\s${hyphen}\\s(?=(${number}))`, "g"), (_, from, to) =>
    amountOf(from) < amountOf(to) ? `${from} to ` : null,
  ),
  reading(
    /(?<=\d(?:%|°[CF]?|st|nd|rd|th)?)(?:[-\u2010\u2011–—]\s?|\s[-\u2010\u2011–—])(?=\d)/g,
    () => " to ",
  ),
  reading(/(?<=^|[\s(])[-−](?=[$€£]?\d)/g, () => "minus "),
];

export const signs: readonly Reading[] = [
  // "No. 20 minutes is enough" answers a question.
  reading(
    new RegExp(
      `(?:#|\\b(?:No|no|Nr)\\.(?! [\\d.,]+(?: to [\\d.,]+)? (?:${things}|(?:minute|hour|day|week|month|year|person)\\b)) ?)(?=\\d)`,
      "g",
    ),
    () => "number ",
  ),
  reading(/\s&\s/g, () => " and "),
  reading(/\s=\s/g, () => " equals "),
  reading(/\s\+\s/g, () => " plus "),
];
