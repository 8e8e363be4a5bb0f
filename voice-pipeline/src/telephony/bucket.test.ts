import { expect, it } from "vitest";
import { Bucket } from "./bucket.ts";

it("lets a burst through, then no more than its rate, however the clock jumps", () => {
  const bucket = new Bucket(10, 3);
  const taken = (now: number, times: number) =>
    Array.from({ length: times }, () => bucket.take(1, now)).filter(Boolean).length;
  expect(taken(0, 5)).toBe(3);
  expect(taken(100, 5)).toBe(1);
  expect(taken(50, 5)).toBe(0);
  expect(taken(1_000_000, 9)).toBe(3);
});
