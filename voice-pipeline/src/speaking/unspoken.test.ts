import fc from "fast-check";
import { expect, it } from "vitest";
import { letters, unspoken } from "./unspoken.ts";

it.each([
  [0, ["One two", "three."]],
  [2, ["One two", "three."]],
  [3, ["two", "three."]],
  [5, ["two", "three."]],
  [6, ["three."]],
  [9, ["three."]],
  [12, []],
  [99, []],
])("after %i letters the words left are %j", (spoken, rest) =>
  expect(unspoken(["One two", "three."], spoken)).toEqual(rest),
);

it("never leaves out a word that was not whole, nor repeats one that was", () => {
  const word = fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom("a", "é", "한", ",") });
  fc.assert(
    fc.property(
      fc.array(fc.array(word, { minLength: 1 }), { maxLength: 6 }),
      fc.nat(80),
      (clauses, spoken) => {
        const all = clauses.flat();
        const whole = all.findIndex((_, at) => letters(all.slice(0, at + 1).join("")) > spoken);
        const rest = unspoken(
          clauses.map((words) => words.join(" ")),
          spoken,
        );
        expect(rest.join(" ").split(" ").filter(Boolean)).toEqual(whole < 0 ? [] : all.slice(whole));
      },
    ),
  );
});

it.each([
  [0, ["你好朋友，", "再见。"]],
  [1, ["好朋友，", "再见。"]],
  [3, ["友，", "再见。"]],
  [4, ["友，", "再见。"]],
  [5, ["再见。"]],
  [6, ["见。"]],
  [8, []],
])("after %i letters of a text without spaces the characters left are %j", (spoken, rest) =>
  expect(unspoken(["你好朋友，", "再见。"], spoken)).toEqual(rest),
);

it.each([
  ["我用iPhone打", 4, "iPhone打"],
  ["我用iPhone打", 8, "打"],
  ["ラーメン屋", 1, "ラーメン屋"],
  ["ラーメン屋", 2, "メン屋"],
  ["ข้าว", 1, "ข้าว"],
  ["ข้าว", 2, "าว"],
  ["เกม", 1, "เกม"],
  ["ព្រះ", 2, "ព្រះ"],
])("cuts %s after %i letters no closer than a character with its marks", (text, spoken, rest) =>
  expect(unspoken([text], spoken)).toEqual([rest]),
);
