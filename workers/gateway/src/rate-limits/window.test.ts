import { describe, expect, it } from "vitest";
import { type CountedWindow, take } from "./window.ts";

const rule = { limit: 3, windowMs: 60_000 };

function takeAt(times: number[]) {
  let window: CountedWindow | undefined;
  return times.map((nowMs) => {
    const taken = take(window, rule, nowMs);
    window = taken.window;
    return taken.decision;
  });
}

describe("a rate limit's window", () => {
  it("allows exactly the limit and counts down", () => {
    const decisions = takeAt([1000, 1001, 1002, 1003]);
    expect(decisions.map((decision) => decision.allowed)).toEqual([true, true, true, false]);
    expect(decisions.map((decision) => decision.remaining)).toEqual([2, 1, 0, 0]);
  });

  it("starts with its first request and keeps its end", () => {
    const [first, last] = takeAt([1500, 59_000]);
    expect(first?.resetAt).toBe(62);
    expect(last?.resetAt).toBe(62);
  });

  it("opens anew at its end, not a millisecond earlier", () => {
    const allowed = takeAt([0, 0, 0, 59_999, 60_000]).map((decision) => decision.allowed);
    expect(allowed).toEqual([true, true, true, false, true]);
  });

  it("names a wait after which the next try succeeds", () => {
    const refused = takeAt([0, 0, 0, 58_500])[3];
    expect(refused).toMatchObject({ allowed: false, retryAfter: 2 });
    expect(takeAt([0, 0, 0, 58_500, 60_500])[4]?.allowed).toBe(true);
  });

  it("is not lengthened by refused requests", () => {
    const decisions = takeAt([0, 0, 0, 30_000, 45_000, 60_000]);
    expect(decisions.at(-1)).toMatchObject({ allowed: true, remaining: 2 });
  });
});
