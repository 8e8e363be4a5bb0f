/** Figures of English text as the words that somebody would say: money, dates, times, telephone numbers, addresses. Pure. */
import { addresses } from "./english-addresses.ts";
import { dates, isoDates, times, yearRanges, years } from "./english-dates.ts";
import { amountsOfMoney, moneyRanges } from "./english-money.ts";
import { ranges, rangesOfThings, signs, sums } from "./english-sums.ts";
import { shortNumbers, telephoneNumbers } from "./english-telephone.ts";
import { measures } from "./english-units.ts";
import { given, number, type Reading, reading } from "./figure-reading.ts";
import { decimal } from "./number-words.ts";

const roundTheClock = reading(/(?<![\w.,/-])24[-/]7([-/]365)?(?![\w/]|[.,-]\d)/g, (_, allYear) =>
  allYear ? "twenty-four seven three sixty-five" : "twenty-four seven",
);
const otherNumbers = reading(new RegExp(`(?<![\\w.,])(?:${number})(?![\\w]|[.,]\\d)`, "g"), (all) =>
  decimal(given(all)),
);

/** In their order: what is most particular comes first, and what takes a dash for itself before the ranges. */
const readings: readonly Reading[] = [
  ...addresses,
  isoDates,
  ...sums,
  roundTheClock,
  ...shortNumbers,
  yearRanges,
  rangesOfThings,
  moneyRanges,
  telephoneNumbers,
  ...dates,
  ...times,
  ...years,
  ...ranges,
  ...amountsOfMoney,
  ...measures,
  ...signs,
  otherNumbers,
];

export const englishFigures = (text: string): string => readings.reduce((spoken, read) => read(spoken), text);
