import { expect, it } from "vitest";
import { backOffMs } from "./back-off.ts";

const plan = { firstMs: 100, mostMs: 1_000 };

it.each([
  [1, 0, 50],
  [1, 1, 100],
  [2, 1, 200],
  [3, 0.5, 300],
  [4, 1, 800],
  [5, 1, 1_000],
  [500, 1, 1_000],
])("waits after failure %i with chance %d for %d ms", (failures, random, ms) =>
  expect(backOffMs(plan, failures, random)).toBe(ms),
);
