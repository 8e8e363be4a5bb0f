/** Figures of English text as the words that somebody would say: money, dates, times, telephone numbers, addresses. Pure. */
import { cardinal, decimal, digits, ordinal, year } from "./number-words.ts";

const monthNames =
  "January|February|March|April|May|June|July|August|September|October|November|December".split("|");
const monthOf = (text: string): string =>
  monthNames.find((name) => name.toLowerCase().startsWith(text.toLowerCase().slice(0, 3))) ?? text;
const month = `(${monthNames.join("|")}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\\b\\.?)`;
const number = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?`;

const currencies: Record<string, [one: string, many: string, part: string]> = {
  $: ["dollar", "dollars", "cent"],
  "€": ["euro", "euros", "cent"],
  "£": ["pound", "pounds", "penny"],
};
const partsOf = (count: number, part: string): string =>
  `${cardinal(count)} ${count === 1 ? part : part === "penny" ? "pence" : `${part}s`}`;

const money = (sign: string, amount: string, scale: string | undefined): string => {
  const [one = "", many = "", part = ""] = currencies[sign] ?? [];
  if (scale !== undefined) return `${decimal(amount)} ${scaleNames[scale] ?? scale} ${many}`;
  const [whole = "0", fraction = ""] = amount.replaceAll(",", "").split(".");
  if (fraction.length > 2) return `${decimal(amount)} ${many}`;
  const cents = Number(fraction.padEnd(2, "0"));
  const count = Number(whole);
  if (count === 0 && cents > 0) return partsOf(cents, part);
  const main = `${decimal(whole)} ${count === 1 ? one : many}`;
  return cents === 0 ? main : `${main} and ${partsOf(cents, part)}`;
};
const scaleNames: Record<string, string> = {
  k: "thousand",
  K: "thousand",
  m: "million",
  M: "million",
  bn: "billion",
};

const isDay = (day: string) => Number(day) >= 1 && Number(day) <= 31;
const yearOf = (text: string | undefined): string => (text === undefined ? "" : `, ${year(Number(text))}`);

const time = (hourText: string, minuteText: string | undefined, half: string | undefined): string | null => {
  const [hour, minute] = [Number(hourText), Number(minuteText ?? 0)];
  if (hour > 23 || minute > 59) return null;
  const isTold = half !== undefined;
  if (isTold && (hour < 1 || hour > 12)) return null;
  const suffix = isTold ? (/p/i.test(half) ? " PM" : " AM") : hour === 0 ? " AM" : hour > 12 ? " PM" : "";
  const spokenHour = cardinal(hour % 12 === 0 ? 12 : hour % 12);
  if (minute === 0) return `${spokenHour}${suffix || " o'clock"}`;
  return `${spokenHour} ${minute < 10 ? `oh ${cardinal(minute)}` : cardinal(minute)}${suffix}`;
};

const address = (text: string): string =>
  text
    .replace(/^https?:\/\//i, "")
    .replace(/^mailto:/i, "")
    .replace(/\/$/, "")
    .replace(/@/g, " at ")
    .replace(/\./g, " dot ")
    .replace(/\//g, " slash ")
    .replace(/_/g, " underscore ")
    .replace(/[?=&#%:]+/g, " ")
    .replace(/(?<=\w)-(?=\w)/g, " dash ");

/** "+1 (415) 555-2671" group by group; null when it is no telephone number. */
const phone = (text: string): string | null => {
  const count = text.replace(/\D/g, "").length;
  if (count < 7 || count > 15) return null;
  const groups = text.split(/[^\d+]+/).filter(Boolean);
  return groups.map((group) => (group.startsWith("+") ? `plus ${digits(group)}` : digits(group))).join(", ");
};

const units: Record<string, [one: string, many: string]> = {
  km: ["kilometre", "kilometres"],
  m: ["metre", "metres"],
  cm: ["centimetre", "centimetres"],
  mm: ["millimetre", "millimetres"],
  kg: ["kilogram", "kilograms"],
  g: ["gram", "grams"],
  mg: ["milligram", "milligrams"],
  ml: ["millilitre", "millilitres"],
  mph: ["mile an hour", "miles an hour"],
  "km/h": ["kilometre an hour", "kilometres an hour"],
  lb: ["pound", "pounds"],
  lbs: ["pound", "pounds"],
  ft: ["foot", "feet"],
  min: ["minute", "minutes"],
  "°C": ["degree Celsius", "degrees Celsius"],
  "°F": ["degree Fahrenheit", "degrees Fahrenheit"],
  "°": ["degree", "degrees"],
  "%": ["percent", "percent"],
};
const fractions: Record<string, string> = {
  "1/2": "one half",
  "1/3": "one third",
  "1/4": "a quarter",
  "3/4": "three quarters",
};
const topLevels = "com|org|net|edu|gov|info|io|co|me|app|dev|ai|eu|uk|de|fr|es|it|nl|example";

type Rule = readonly [RegExp, (...found: (string | undefined)[]) => string | null];
const text = (given: string | undefined): string => given ?? "";

/** In their order: what is most particular comes first. Null leaves the text as it is. */
const rules: readonly Rule[] = [
  [/(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, (all) => address(text(all))],
  [/https?:\/\/[^\s)]*[\w/]/gi, (all) => address(text(all))],
  [
    new RegExp(`(?<![\\w@.-])(?:[a-z0-9-]+\\.)+(?:${topLevels})(?:/[\\w./-]*\\w)?(?![\\w.]*\\w)`, "gi"),
    (all) => address(text(all)),
  ],
  [
    /(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])/g,
    (_, y, m, d) => {
      const name = monthNames[Number(m) - 1];
      return name && isDay(text(d)) ? `${name} ${ordinal(Number(d))}${yearOf(y)}` : null;
    },
  ],
  [
    new RegExp(`\\b${month} (\\d{1,2})(?:st|nd|rd|th)?(?:,? (\\d{4}))?\\b(?![:.]\\d)`, "g"),
    (_, m, d, y) => (isDay(text(d)) ? `${monthOf(text(m))} ${ordinal(Number(d))}${yearOf(y)}` : null),
  ],
  [
    new RegExp(`\\b(?:the )?(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${month}(?:,? (\\d{4}))?(?!\\w)`, "g"),
    (_, d, m, y) => (isDay(text(d)) ? `the ${ordinal(Number(d))} of ${monthOf(text(m))}${yearOf(y)}` : null),
  ],
  [new RegExp(`\\b${month},? (\\d{4})\\b`, "g"), (_, m, y) => `${monthOf(text(m))} ${year(Number(y))}`],
  [
    /\b(\d{1,2}):(\d{2})(?::\d{2})?(?:\s?([ap])\.?m\b\.?)?(?!\d)/gi,
    (_, h, m, half) => time(text(h), m, half),
  ],
  [/\b(\d{1,2})\s?([ap])\.?m\b\.?/gi, (_, h, half) => time(text(h), undefined, half)],
  [
    new RegExp(`([$€£])\\s?(${number})(?:\\s?(k|K|m|M|bn|thousand|million|billion)\\b)?`, "g"),
    (_, sign, amount, scale) => money(text(sign), text(amount), scale),
  ],
  [
    new RegExp(`(?<![\\w.,])(${number})\\s?([€£])(?!\\w)`, "g"),
    (_, amount, sign) => money(text(sign), text(amount), undefined),
  ],
  [/(?<![\w.,])\+?\(?\d[\d\s().-]{5,}\d(?![\w,]|\.\d)/g, (all) => phone(text(all))],
  [
    new RegExp(
      `(?<![\\w.,])(${number})(?:\\s?(km/h|km|cm|mm|kg|mg|ml|mph|lbs?|°C|°F|°|%)|\\s(m|g|ft|min))(?![\\w/])`,
      "g",
    ),
    (_, amount, one, other) => {
      const [single = "", many = ""] = units[one ?? text(other)] ?? [];
      return `${decimal(text(amount))} ${amount === "1" ? single : many}`;
    },
  ],
  [/(?<![\w.,/])([13])\/([234])(?![\w/])/g, (all) => fractions[text(all)] ?? null],
  [/\b(\d{1,4})(?:st|nd|rd|th)\b/g, (_, value) => ordinal(Number(value))],
  [
    /\b(in|since|from|until|till|by|before|after|year|of|during) (1[1-9]\d\d|20\d\d)(?![\w.,]\d|\w| [a-z]+s\b)/gi,
    (_, before, value) => `${before} ${year(Number(value))}`,
  ],
  [/^(1[1-9]\d\d|20\d\d)(?=[.!?,]*$)/g, (_, value) => year(Number(value))],
  [
    /\b(1[1-9]|20)(\d)0s\b/g,
    (_, century, decade) => `${year(Number(`${century}${decade}0`)).replace(/y$/, "ie")}s`,
  ],
  [/(?<=\d)\s?[–—-]\s?(?=\d)/g, () => " to "],
  [/(?:#|\b(?:No|no|Nr)\. ?)(?=\d)/g, () => "number "],
  [/(?<=^|[\s(])[-−](?=\d)/g, () => "minus "],
  [new RegExp(`(?<![\\w.,])(?:${number})(?![\\w]|[.,]\\d)`, "g"), (all) => decimal(text(all))],
  [/\s&\s/g, () => " and "],
  [/\s=\s/g, () => " equals "],
  [/\s\+\s/g, () => " plus "],
];

export const englishFigures = (given: string): string =>
  rules.reduce(
    (spoken, [pattern, say]) => spoken.replace(pattern, (...found) => say(...found.slice(0, -2)) ?? found[0]),
    given,
  );
