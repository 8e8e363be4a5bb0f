import fc from "fast-check";
import { expect, it } from "vitest";
import { storable } from "./storable.ts";

it.each([
  ["half \ud83d", "half \ufffd"],
  ["\ude42 half", "\ufffd half"],
  ["\0no\0thing\0", "nothing"],
  ["\ud83d\0\ude42", "🙂"],
  [{ a: [{ b: "\ud83d" }, "\0", null, 1.5, true] }, { a: [{ b: "\ufffd" }, "", null, 1.5, true] }],
])("makes %j storable", (given, stored) => expect(storable(given)).toEqual(stored));

it("leaves nothing that a database refuses, and what it takes as it is", () => {
  const anyText = fc.string({ unit: fc.constantFrom("a", "é", "🙂", "\0", "\ud83d", "\ude42") });
  fc.assert(
    fc.property(fc.object({ key: fc.string(), values: [anyText, fc.integer()], maxDepth: 4 }), (given) => {
      const once = storable(given);
      // JSON writes half a character as an escape, and a whole one as itself.
      expect(JSON.stringify(once)).not.toMatch(/\\u(d[89a-f]|0000)/);
      expect(storable(once)).toEqual(once);
    }),
  );
});
