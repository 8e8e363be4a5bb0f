import { describe, expect, test } from "vitest";
import { amountOf, exactDollars, leftToRefund, totalsOf } from "./money.ts";

describe("what is left to give back", () => {
  test("is what was captured less what went back, to the cent", () => {
    expect(leftToRefund({ state: "captured", captured: 2.25, refunded: 0.1 + 0.2 })).toBe(1.95);
    expect(leftToRefund({ state: "captured", captured: 0.65, refunded: 0.65 })).toBe(0);
  });

  test("is nothing while the money is only held", () => {
    expect(leftToRefund({ state: "held", captured: null, refunded: 0 })).toBe(0);
    expect(leftToRefund({ state: "refunded", captured: 2, refunded: 2 })).toBe(0);
  });
});

test.each([
  ["", undefined],
  ["  ", undefined],
  ["0.65", 0.65],
  ["$ 2", 2],
  ["1,5", 1.5],
  ["1.234", Number.NaN],
  ["-1", Number.NaN],
  ["1e2", Number.NaN],
  ["two", Number.NaN],
])("%j typed as an amount is %s", (typed, amount) => {
  expect(amountOf(typed)).toEqual(amount);
});

test("parts of a cent are shown", () => {
  expect(exactDollars(0.0012)).toBe("$0.0012");
  expect(exactDollars(3)).toBe("$3.0000");
});

describe("the sum over days", () => {
  const costs = { twilio: 0.1, deepgram: 0.02, llm: 0.003, elevenlabs: 0.04, stripe: 0.3 };
  const day = { day: "2026-11-20", calls: 2, minutes: 5, revenue: 2.5, costs, unmeasured: 1 };

  test("adds up what calls brought in and cost, for each provider too", () => {
    const totals = totalsOf([day, { ...day, calls: 1, revenue: 1 }]);
    expect(totals).toMatchObject({ calls: 3, minutes: 10, revenue: 3.5, unmeasured: 2 });
    expect(totals.cost).toBeCloseTo(0.926, 6);
    expect(totals.margin).toBeCloseTo(2.574, 6);
    expect(totals.byProvider).toHaveLength(5);
    expect(totals.byProvider[0]).toEqual({ provider: "twilio", cost: 0.2 });
  });

  test("of no days is zero, for no provider", () => {
    expect(totalsOf([])).toMatchObject({ calls: 0, revenue: 0, cost: 0, margin: 0, byProvider: [] });
  });
});
