import { expect, it } from "vitest";
import { LoadJudge } from "./load.ts";

const good = { p50: 0, p99: 5, most: 9 };
const paused = { p50: 0, p99: 400, most: 400 };
const usedUp = { p50: 25, p99: 60, most: 80 };
const busy = { p50: 15, p99: 100, most: 120 };

const after = (...seconds: (typeof good)[]) => {
  const judge = new LoadJudge();
  for (const second of seconds) judge.second(second);
  return judge.isOverloaded;
};

it("turns nobody away for a pause, nor while it is merely busy", () => {
  expect(after(good, paused, paused, good, paused)).toBe(false);
  expect(after(...Array(60).fill(busy))).toBe(false);
});

it("turns callers away after three bad seconds, until five good ones in a row", () => {
  expect(after(usedUp, usedUp, paused)).toBe(true);
  const shed = [usedUp, usedUp, usedUp];
  expect(after(...shed, good, good, good, good, busy, good)).toBe(true);
  expect(after(...shed, good, good, good, good, good)).toBe(false);
});
