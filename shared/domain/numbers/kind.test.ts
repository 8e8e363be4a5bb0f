import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import whole from "libphonenumber-js/max/metadata";
import { describe, expect, test } from "vitest";
import { numberKind } from "./kind.ts";
import { makeCostlyNumbers } from "./make-costly-numbers.ts";

const costly = new Set(["PREMIUM_RATE", "SHARED_COST", "UAN", "VOICEMAIL", "PAGER"]);
const [callingCode, types] = [0, 11];

/** Each country with its calling code and the patterns of its kinds of numbers. */
const countries = Object.entries(whole.countries).flatMap(([country, plan]) => {
  const kinds: unknown = plan[types];
  if (!Array.isArray(kinds)) return [];
  const patterns = kinds.flatMap((kind: unknown) =>
    Array.isArray(kind) && typeof kind[0] === "string" && kind[0] !== "" ? [kind[0]] : [],
  );
  return patterns.length === 0 ? [] : [{ country, code: String(plan[callingCode]), patterns }];
});

describe("a number", () => {
  test.each([
    ["+14155550123", "ordinary"],
    ["+493012345678", "ordinary"],
    ["+447911123456", "ordinary"],
    ["+19005550123", "premium"],
    ["+499001654321", "premium"],
    ["+870773111632", "premium"],
    ["+881612345678", "premium"],
    ["+1911", "emergency"],
    ["+49112", "emergency"],
  ])("%s is %s", (number, kind) => {
    expect(numberKind(number)).toBe(kind);
  });
});

test("the table is the one that is made of the library as it is", () => {
  expect(readFileSync(new URL("costly-numbers.ts", import.meta.url), "utf8")).toBe(makeCostlyNumbers());
});

describe("against the library's whole metadata, numbers of every kind", () => {
  test("are from more than two hundred countries", () => expect(countries.length).toBeGreaterThan(200));

  test.each(countries)("of $country are costly here when they are there", ({ code, patterns }) => {
    const numbers = fc.oneof(...patterns.map((pattern) => fc.stringMatching(new RegExp(`^(?:${pattern})$`))));
    fc.assert(
      fc.property(numbers, (national) => {
        const number = `+${code}${national}`;
        const type = parsePhoneNumberFromString(number)?.getType();
        if (type === undefined || numberKind(number) === "emergency") return;
        expect(numberKind(number), `${number} is ${type}`).toBe(costly.has(type) ? "premium" : "ordinary");
      }),
      { numRuns: 200 },
    );
  });
});
