import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Ticker } from "./ticker.ts";

/** The process stood still for so long: its clock went on and no timer fired. */
let stoodStillMs = 0;
const now = () => performance.now() + stoodStillMs;

beforeEach(() => {
  stoodStillMs = 0;
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const ticking = (count: number) => {
  const ticker = new Ticker(now);
  const times: number[][] = Array.from({ length: count }, () => []);
  const leave = times.map((own) => ticker.add(() => own.push(now())));
  return { times, leave };
};
const gaps = (times: readonly number[]) => times.slice(1).map((at, index) => at - (times[index] ?? 0));

it("serves each call every 60 ms, and never all calls at once", () => {
  const { times } = ticking(30);
  vi.advanceTimersByTime(660);
  for (const own of times) {
    expect(own.length).toBeGreaterThanOrEqual(10);
    expect(new Set(gaps(own))).toEqual(new Set([60]));
  }
  const together = times.filter(([first]) => first === times[0]?.[0]);
  expect(together).toHaveLength(2);
});

it("keeps its schedule after it stood still, and serves nobody twice for it", () => {
  const { times } = ticking(1);
  vi.advanceTimersByTime(300);
  const before = times[0]?.length ?? 0;
  stoodStillMs = 390;
  vi.advanceTimersByTime(4);
  expect(times[0]).toHaveLength(before + 1);
  vi.advanceTimersByTime(300);
  const [late, ...after] = gaps(times[0]?.slice(before - 1) ?? []);
  expect(late).toBeGreaterThan(300);
  expect(after[0]).toBeLessThanOrEqual(60);
  expect(new Set(after.slice(1))).toEqual(new Set([60]));
});

it("rests when nobody is left", () => {
  const { times, leave } = ticking(2);
  for (const each of leave) each();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(100);
  expect(times.flat()).toEqual([]);
});
