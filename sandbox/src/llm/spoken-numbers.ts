/** Numbers as people say them, both ways: what callers say is read, what a function answered is spoken. */

const small =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const tens = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** 42 → "forty-two". Above a million, and for more than two decimals, digits are clearer. */
export const spokenNumber = (value: number): string => {
  if (value < 0) return `minus ${spokenNumber(-value)}`;
  if (!Number.isFinite(value) || value >= 1_000_000) return String(value);
  if (!Number.isInteger(value)) {
    const [whole = "0", decimals = ""] = String(Math.round(value * 100) / 100).split(".");
    return `${spokenNumber(Number(whole))} point ${[...decimals].map((digit) => small[Number(digit)]).join(" ")}`;
  }
  if (value < 20) return small[value] ?? "";
  if (value < 100) return `${tens[Math.floor(value / 10)]}${value % 10 === 0 ? "" : `-${small[value % 10]}`}`;
  const [unit, word] = value < 1000 ? [100, "hundred"] : [1000, "thousand"];
  const rest = value % unit;
  const joint = rest === 0 ? "" : rest < 100 ? ` and ${spokenNumber(rest)}` : ` ${spokenNumber(rest)}`;
  return `${spokenNumber(Math.floor(value / unit))} ${word}${joint}`;
};

/** 14:05 → "two oh five in the afternoon". */
export const spokenTime = (hours: number, minutes: number): string => {
  const part = hours < 12 ? "in the morning" : hours < 18 ? "in the afternoon" : "in the evening";
  const hour = spokenNumber(hours % 12 === 0 ? 12 : hours % 12);
  if (minutes === 0) return `${hour} o'clock ${part}`;
  return `${hour} ${minutes < 10 ? `oh ${spokenNumber(minutes)}` : spokenNumber(minutes)} ${part}`;
};

/** One number at the start of `words`, in digits or in words, and how many words it took. */
export const readNumber = (words: readonly string[]): { value: number; used: number } | undefined => {
  const first = words[0] ?? "";
  if (/^\d+(\.\d+)?$/.test(first)) return { value: Number(first), used: 1 };
  let value = 0;
  let used = 0;
  let hasAny = false;
  for (const word of words.flatMap((each) => each.split("-"))) {
    const unit = small.indexOf(word);
    const ten = tens.indexOf(word);
    if (unit >= 0) value += unit;
    else if (ten >= 2) value += ten * 10;
    else if (word === "hundred" && hasAny) value *= 100;
    else if (word === "thousand" && hasAny) value *= 1000;
    else if (!(word === "and" && hasAny)) break;
    hasAny = true;
    used += 1;
  }
  if (!hasAny) return undefined;
  // Hyphens made one word into two: count in the caller's own words.
  let taken = 0;
  for (let parts = 0; parts < used; taken += 1) parts += (words[taken] ?? "").split("-").length;
  return { value, used: taken };
};
