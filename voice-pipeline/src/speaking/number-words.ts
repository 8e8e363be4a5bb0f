/** English words for numbers. Pure. */

const small = [
  ...[
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
  ],
  ...["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
];
const tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const scales = [
  ["trillion", 1e12],
  ["billion", 1e9],
  ["million", 1e6],
  ["thousand", 1e3],
] as const;
const irregular: Record<string, string> = {
  one: "first",
  two: "second",
  three: "third",
  five: "fifth",
  eight: "eighth",
  nine: "ninth",
  twelve: "twelfth",
};

/** @param value a whole number from 0 to 10^15 */
export const cardinal = (value: number): string => {
  if (value < 20) return small[value] ?? "";
  if (value < 100)
    return [tens[Math.floor(value / 10)], value % 10 > 0 ? small[value % 10] : ""].filter(Boolean).join("-");
  if (value < 1000) {
    const rest = value % 100;
    return `${cardinal(Math.floor(value / 100))} hundred${rest > 0 ? ` and ${cardinal(rest)}` : ""}`;
  }
  const [name, size] = scales.find((scale) => value >= scale[1]) ?? ["thousand", 1000];
  const rest = value % size;
  const link = rest > 0 && rest < 100 ? " and " : " ";
  return `${cardinal(Math.floor(value / size))} ${name}${rest > 0 ? link + cardinal(rest) : ""}`;
};

export const ordinal = (value: number): string =>
  cardinal(value).replace(/[a-z]+$/, (last) => irregular[last] ?? `${last.replace(/y$/, "ie")}th`);

/** One by one, as a telephone number is read out. */
export const digits = (text: string): string =>
  [...text].flatMap((char) => (/\d/.test(char) ? [small[Number(char)] ?? ""] : [])).join(" ");

/** "3.50" as "three point five zero". */
export const decimal = (text: string): string => {
  const [whole = "", part] = text.replaceAll(",", "").split(".");
  const isCode = whole.length > 15 || (part === undefined && /^0\d/.test(whole));
  const words = isCode ? digits(whole) : cardinal(Number(whole));
  return part === undefined ? words : `${words} point ${digits(part)}`;
};

/** "1984" as "nineteen eighty-four". */
export const year = (value: number): string => {
  const [century, rest] = [Math.floor(value / 100), value % 100];
  if (century % 10 === 0 && rest < 10) return cardinal(value);
  if (rest === 0) return `${cardinal(century)} hundred`;
  return `${cardinal(century)} ${rest < 10 ? `oh ${cardinal(rest)}` : cardinal(rest)}`;
};
