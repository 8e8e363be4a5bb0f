/** Amounts of money: "$3.50", "$20-30", "€2bn". Pure. */
import { amountOf, dash, given, number, type Reading, reading, things } from "./figure-reading.ts";
import { cardinal, decimal } from "./number-words.ts";

const currencies: Record<string, [one: string, many: string, part: string]> = {
  $: ["dollar", "dollars", "cent"],
  "€": ["euro", "euros", "cent"],
  "£": ["pound", "pounds", "penny"],
};
const scales: Record<string, string> = {
  k: "thousand",
  m: "million",
  b: "billion",
  bn: "billion",
  t: "trillion",
  tn: "trillion",
};
/** B and T stand at their amount: "$2B" is two billions, "a $20 B&B" is none. */
const scale = String.raw`(?:(?:\s?(k|K|m|M|bn|tn)|([BbTt])|[\s-]?(thousand|million|billion|trillion))\b)?`;

const partsOf = (count: number, part: string): string =>
  `${cardinal(count)} ${count === 1 ? part : part === "penny" ? "pence" : `${part}s`}`;

const scaled = (amount: string, size: string): string =>
  `${decimal(amount)} ${scales[size.toLowerCase()] ?? size}`;

const money = (sign: string, amount: string, size: string | undefined): string => {
  const [one = "", many = "", part = ""] = currencies[sign] ?? [];
  if (size !== undefined) return `${scaled(amount, size)} ${many}`;
  const [whole = "0", fraction = ""] = amount.replaceAll(",", "").split(".");
  if (fraction.length > 2) return `${decimal(amount)} ${many}`;
  const cents = Number(fraction.padEnd(2, "0"));
  const count = Number(whole);
  if (count === 0 && cents > 0) return partsOf(cents, part);
  const main = `${decimal(whole)} ${count === 1 ? one : many}`;
  return cents === 0 ? main : `${main} and ${partsOf(cents, part)}`;
};

interface Amount {
  amount: string;
  size: string | undefined;
}

/** The currency is said once, at the end, as far as no cents come before. */
const range = (sign: string, from: Amount, to: Amount): string | null => {
  if (from.size === to.size && amountOf(from.amount) >= amountOf(to.amount)) return null;
  const isPlain = !from.amount.includes(".") || to.size !== undefined;
  const start = isPlain ? decimal(from.amount) : money(sign, from.amount, undefined);
  return `${from.size ? scaled(from.amount, from.size) : start} to ${money(sign, to.amount, to.size)}`;
};
/** Before single numbers and ranges are read. */
export const moneyRanges = reading(
  new RegExp(`([$€£])\\s?(${number})${scale}${dash}[$€£]?(${number})${scale}(?!\\w|[.,]\\d| ${things})`, "g"),
  (_, sign, from, a, b, c, to, d, e, f) =>
    range(given(sign), { amount: given(from), size: a ?? b ?? c }, { amount: given(to), size: d ?? e ?? f }),
);

export const amountsOfMoney: readonly Reading[] = [
  reading(new RegExp(`([$€£])\\s?(${number})${scale}`, "g"), (_, sign, amount, a, b, c) =>
    money(given(sign), given(amount), a ?? b ?? c),
  ),
  reading(new RegExp(`(?<![\\w.,])(${number})\\s?([€£])(?!\\w)`, "g"), (_, amount, sign) =>
    money(given(sign), given(amount), undefined),
  ),
];
