/** For tests: a good message of a provider with one of its numbers, and nothing else, beyond all sense. */
import fc from "fast-check";

export const extremes = ["-1e9", "-0.001", "1e9", "9007199254740993", "1e300", "1e999"] as const;

/** The text with its `which`-th number replaced; as it was when it holds none. */
export const withNumber = (text: string, which: number, number: string): string => {
  const numbers = [...text.matchAll(/(?<=[:[,])-?\d+(?:\.\d+)?(?=[,\]}])/g)];
  const found = numbers[which % numbers.length];
  return found ? text.slice(0, found.index) + number + text.slice(found.index + found[0].length) : text;
};

/** The text of one of the messages, each time with another number replaced. */
export const spoiled = (...messages: object[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...messages), fc.nat(1_000), fc.constantFrom(...extremes))
    .map(([message, which, extreme]) => withNumber(JSON.stringify(message), which, extreme));
