import { expect, it } from "vitest";
import { evaluate } from "./arithmetic.ts";

it.each([
  ["12 * 7", 84],
  ["(1 + 2) ^ 3 - 0.5", 26.5],
  ["0.1 + 0.2", 0.3],
  ["-2 ** 2", -4],
  ["1,000 ÷ 8", 125],
])("works out %s", (expression, value) => expect(evaluate(expression)).toBe(value));

it.each(["", "2 +", "(1", "process.exit()", "1 / 0", "2 2"])("refuses %j", (expression) =>
  expect(() => evaluate(expression)).toThrow(RangeError),
);
