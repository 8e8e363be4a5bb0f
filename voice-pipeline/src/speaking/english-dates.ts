/** Days, years and times of day. Pure. */
import { dash, given, type Reading, reading, things, units } from "./figure-reading.ts";
import { cardinal, ordinal, year } from "./number-words.ts";

const monthNames =
  "January|February|March|April|May|June|July|August|September|October|November|December".split("|");
const monthOf = (text: string | undefined): string =>
  monthNames.find((name) => name.toLowerCase().startsWith(given(text).toLowerCase().slice(0, 3))) ??
  given(text);
const month = `(${monthNames.join("|")}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\\b\\.?)`;
const day = String.raw`(\d{1,2})(?:st|nd|rd|th)?`;
const ofYear = String.raw`(?:,? (\d{4}))?`;

const isDay = (text: string | undefined) => Number(text) >= 1 && Number(text) <= 31;
const areDays = (from: string | undefined, to: string | undefined) =>
  isDay(from) && isDay(to) && Number(from) < Number(to);
const nth = (text: string | undefined): string => ordinal(Number(text));
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

export const isoDates = reading(/(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])/g, (_, y, m, d) => {
  const name = monthNames[Number(m) - 1];
  return name && isDay(d) ? `${name} ${nth(d)}${yearOf(y)}` : null;
});

const aYear = String.raw`(1[1-9]\d\d|20\d\d)`;
/** Years, and no amounts: "1914-1918", "2023-24", "the 2023-2024 results", not "1500-2000 people". */
export const yearRanges = reading(
  new RegExp(
    `(?<![\\w.,$€£#/-])${aYear}(?:(${dash})(1[1-9]\\d\\d|20\\d\\d|\\d\\d)|( to | through | until |(?<=\\bbetween \\d{4}) and )${aYear})` +
      `(?!\\w|[.,:]\\d|${dash}\\d|\\s?[%°€£]|\\s(?:${units})\\b)(?=( ${things})?)`,
    "g",
  ),
  (_, from, isDash, to, link, toYear, counted) => {
    const [start, end] = [Number(from), Number(to ?? toYear)];
    const isShort = isDash !== undefined && end < 100;
    const span = end - (isShort ? start % 100 : start);
    if (span <= 0 || (counted !== undefined && span > 10)) return null;
    return `${year(start)}${link ?? " to "}${isShort ? cardinal(end) : year(end)}`;
  },
);

export const dates: readonly Reading[] = [
  reading(
    new RegExp(`\\b${month} ${day}${dash}${day}${ofYear}\\b(?![:.]\\d|\\s?[ap]\\.?m\\b)`, "g"),
    (_, m, from, to, y) =>
      areDays(from, to) ? `${monthOf(m)} ${nth(from)} to ${nth(to)}${yearOf(y)}` : null,
  ),
  reading(
    new RegExp(`(?<![\\w.,])(?:the )?${day}${dash}${day}(?: of)? ${month}${ofYear}(?!\\w)`, "g"),
    (_, from, to, m, y) =>
      areDays(from, to) ? `the ${nth(from)} to ${nth(to)} of ${monthOf(m)}${yearOf(y)}` : null,
  ),
  reading(new RegExp(`(?<=\\b${month} ${day})${dash}(?=${month} \\d)`, "g"), () => " to "),
  reading(new RegExp(`\\b${month} ${day}${ofYear}\\b(?![:.]\\d)`, "g"), (_, m, d, y) =>
    isDay(d) ? `${monthOf(m)} ${nth(d)}${yearOf(y)}` : null,
  ),
  reading(new RegExp(`\\b(?:the )?${day}(?: of)? ${month}${ofYear}(?!\\w)`, "g"), (_, d, m, y) =>
    isDay(d) ? `the ${nth(d)} of ${monthOf(m)}${yearOf(y)}` : null,
  ),
  reading(new RegExp(`\\b${month},? (\\d{4})\\b`, "g"), (_, m, y) => `${monthOf(m)} ${year(Number(y))}`),
];

export const times: readonly Reading[] = [
  // "5-7pm", "9am-5pm", "10:30 - 11:30"
  reading(
    new RegExp(
      `(?<=\\b\\d{1,2}(?::\\d\\d)?(?:\\s?[ap]\\.?m\\.?)?)${dash}(?=\\d{1,2}(?::\\d\\d(?!\\d)|(?::\\d\\d)?\\s?[ap]\\.?m\\b))`,
      "gi",
    ),
    () => " to ",
  ),
  reading(/\b(\d{1,2}):(\d{2})(?::\d{2})?(?:\s?([ap])\.?m\b\.?)?(?!\d)/gi, (_, h, m, half) =>
    time(given(h), m, half),
  ),
  reading(/\b(\d{1,2})\s?([ap])\.?m\b\.?/gi, (_, h, half) => time(given(h), undefined, half)),
];

export const years: readonly Reading[] = [
  reading(
    new RegExp(
      `\\b([Ii]n|[Ss]ince|[Ff]rom|[Uu]ntil|[Tt]ill|[Bb]y|[Bb]efore|[Aa]fter|[Yy]ear|[Oo]f|[Dd]uring) ${aYear}(?![\\w.,]\\d|\\w| ${things})`,
      "g",
    ),
    (_, before, value) => `${before} ${year(Number(value))}`,
  ),
  reading(/^(1[1-9]\d\d|20\d\d)(?=[.!?,]*$)/g, (_, value) => year(Number(value))),
  reading(
    /\b(1[1-9]|20)(\d)0s\b/g,
    (_, century, decade) => `${year(Number(`${century}${decade}0`)).replace(/y$/, "ie")}s`,
  ),
];
