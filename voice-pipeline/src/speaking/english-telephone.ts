/**
 * What is read out digit by digit: telephone numbers, those of emergency too, codes, PINs and postcodes. It must not take an
 * amount for one of them ("call 200 people"), nor read half of a number. Pure.
 */
import { amountOf, given, type Reading, reading, things, units } from "./figure-reading.ts";
import { digits } from "./number-words.ts";

/** Group by group; single figures without a pause. */
const spelled = (text: string | undefined): string => {
  const groups = given(text)
    .split(/[^\d+]+/)
    .filter(Boolean);
  const words = groups.map((group) => (group.startsWith("+") ? `plus ${digits(group)}` : digits(group)));
  return words.join(groups.every((group) => group.length === 1) ? " " : ", ");
};
const countOf = (text: string | undefined): number => given(text).replace(/\D/g, "").length;

const space = "[ \u00a0\u202f]";
const hyphens = "[-\u2010\u2011]";
const gap = `(?:${space}|${hyphens})`;
/** A number that ends here, and is no count of anything. */
const end = String.raw`(?!\w|[.,:]\d|${gap}?\d|\s?[%°€£$]|-[A-Za-z]|\s?[ap]\.?m\b)`;
const noCount = String.raw`(?! (?:${things}|(?:${units}|of|more|less|higher|lower|other|different|new|AD|BC|CE|BCE|or so)\b|(?:a|per) (?:day|week|month|year|hour|minute|night)\b|(?:or|and|to) \d))`;

const emergency = "(911|988|999|112)";
const alarm =
  /\b(?:emergenc|ambulance|police|fire brigade|crisis|suicid|hotline|helpline|lifeline|samaritan|danger)/i;
const inAlarm = reading(
  new RegExp(
    `(?<![\\w.,$€£#/-]|\\b(?:in|of|about|over|than|page|room|flight|chapter|section|year) )${emergency}${end}${noCount}`,
    "gi",
  ),
  spelled,
);

const calls =
  "(?:call(?:s|ed|ing)?|dial(?:s|l?ed|l?ing)?|text(?:s|ed|ing)?|rings?|ringing|rang|phone[sd]?|phoning)";
const person = "(?:(?:me|us|them|him|her|back) )?";
const label =
  "(?:number(?: to (?:call|dial|text|ring|phone))?|" +
  "(?:code|passcode|password|pin|zip|post ?code|extension|ext\\.?)(?: (?:number|code)| (?:for|to) (?:(?:the|your|my|our) )?\\w+(?= is))?)";
const group = String.raw`\d+(?:${gap}\d+){0,9}`;
/** "911", "911 or 988" */
const oneOrTwo = `(${group})((?: or \\d{3,})?)${end}${noCount}`;
const spelledBoth = (one: string | undefined, other: string | undefined): string =>
  other ? `${spelled(one)} or ${spelled(other)}` : spelled(one);

export const shortNumbers: readonly Reading[] = [
  // "9-1-1", "1-2-3"
  reading(/(?<![\w.,$€£-])\d(?:-\d){2,9}(?![\w-]|[.,]\d)/g, spelled),
  reading(new RegExp(`(?<![\\w.,$€£-])116${gap}\\d{3}${end}`, "g"), spelled),
  (text) => (alarm.test(text) ? inAlarm(text) : text),
  reading(
    new RegExp(
      `(?=[19])(?:^(?!112|999)|(?<=\\b(?:called|contact(?:ed|ing)?|via|out to) ${person}))${emergency}${end}${noCount}`,
      "gi",
    ),
    spelled,
  ),
  // "call 741741", "text HOME to 741741"; but a book is called 1984, and a year may be called a good one
  reading(
    new RegExp(
      `\\b((?:(?!called)${calls}|text ["'“]?\\w+["'”]? to) ${person}(?:(?:at|on) )?)` +
        `(?!(?:1[1-9]|20)\\d\\d (?:a|an|the|my|our)\\b)${oneOrTwo}`,
      "gi",
    ),
    (_, before, value, other) => (countOf(value) < 3 ? null : `${before}${spelledBoth(value, other)}`),
  ),
  // "your PIN is 1234"; a number that is 300 is an amount
  reading(new RegExp(`\\b(${label}(?:'s| is| at| on)?:? )${oneOrTwo}`, "gi"), (_, before, value, other) => {
    const isRound = /^number/i.test(given(before)) && amountOf(value) % 100 === 0;
    return countOf(value) < 3 || isRound ? null : `${before}${spelledBoth(value, other)}`;
  }),
];

/** "12345.67" is a decimal, "3000000" is round, and "1000-2000" a range. */
const isAmount = (text: string): boolean => {
  if (/^\d+(?:\.\d+|0{5})$/.test(text)) return true;
  const [, from, to] = /^(\d+00)\s?[-\u2010\u2011]\s?(\d+00)$/.exec(text) ?? [];
  return from !== undefined && Number(from) < Number(to);
};

const between = `(?:(?:\\)${space}?|\\)?${space}?${hyphens}${space}?|${space}|\\)?\\.)\\(?|\\()`;
export const telephoneNumbers = reading(
  new RegExp(
    `(?<![\\w.,$€£]|\\w[-\u2010\u2011)(.]|\\d\\)?[ -]{1,3}\\(?)` +
      `(?:\\+?\\(\\d(?=\\d{0,4}\\))|\\+?\\d)\\d*(?:${between}\\d+)*(?!\\w|[.,]\\d|${between}\\d)`,
    "g",
  ),
  (all) => {
    const count = countOf(all);
    return count < 7 || count > 15 || isAmount(given(all)) ? null : spelled(all);
  },
);
