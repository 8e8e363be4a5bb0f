// Which calls are kept ready, on a virtual clock: what is opened for them is only counted.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Metrics } from "../metrics.ts";
import { callThatRings, tokenOf } from "../testing/pipeline.ts";
import { lapseMs, mostPrepared, PreparedCalls } from "./prepared-calls.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const idOf = (index: number) => `0199aa00-0000-7000-8000-${String(index).padStart(12, "0")}`;

const world = () => {
  const metrics = new Metrics();
  const open = new Map<string, () => void>();
  let opened = 0;
  const prepared = new PreparedCalls(({ call_id }, failed) => {
    open.set(call_id, failed);
    opened += 1;
    return {
      takeOver: () => {
        throw new Error("not taken over in these tests");
      },
      close: () => open.delete(call_id),
    };
  }, metrics);
  const ended = (what: string) =>
    Number(new RegExp(`preparations_total{outcome="${what}"} (\\d+)`).exec(metrics.text())?.[1] ?? 0);
  const find = (index: number, token = tokenOf(idOf(index)), callSid = "CA1") =>
    prepared.find({ call_id: idOf(index), stream_token: token }, callSid);
  return { metrics, open, prepared, ended, find, opened: () => opened };
};

describe("a call that is made ready", () => {
  it("is opened once, found by its token alone, and taken once", () => {
    const { prepared, find, opened, open, ended } = world();
    expect([1, 2].map(() => prepared.prepare(callThatRings(idOf(1))))).toEqual([true, true]);
    expect(opened()).toBe(1);
    expect([find(1, "wrong"), find(1, tokenOf(idOf(1)), "CA2"), find(2)]).toEqual([null, null, null]);
    const found = find(1);
    expect(found?.call.session.call_id).toBe(idOf(1));
    if (found) prepared.take(found);
    expect(find(1)).toBeNull();
    // It is the call's now: nobody else closes it.
    vi.advanceTimersByTime(2 * lapseMs);
    expect([open.has(idOf(1)), ended("used"), ended("lapsed")]).toEqual([true, 1, 0]);
  });

  it("is closed when nobody has answered for as long as a phone can ring", () => {
    const { prepared, open, ended, find } = world();
    prepared.prepare(callThatRings(idOf(1)));
    vi.advanceTimersByTime(45_000 + 10_000);
    expect(find(1)).not.toBeNull();
    vi.advanceTimersByTime(lapseMs);
    expect([find(1), open.size, ended("lapsed")]).toEqual([null, 0, 1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is closed when something of it fails, and may be made ready anew", () => {
    const { prepared, open, ended, opened } = world();
    prepared.prepare(callThatRings(idOf(1)));
    open.get(idOf(1))?.();
    expect([open.size, ended("failed")]).toEqual([0, 1]);
    expect(prepared.prepare(callThatRings(idOf(1)))).toBe(true);
    expect(opened()).toBe(2);
  });

  it("is closed when its stream came first, and not opened while that runs", () => {
    const { prepared, open, ended, opened } = world();
    prepared.prepare(callThatRings(idOf(1)));
    const leave = prepared.runs(idOf(1));
    expect([open.size, ended("late")]).toEqual([0, 1]);
    prepared.prepare(callThatRings(idOf(1)));
    expect(opened()).toBe(1);
    leave();
    prepared.prepare(callThatRings(idOf(1)));
    expect(opened()).toBe(2);
  });
});

it("no more calls are made ready than there is room for, and none once the process closes", () => {
  const { prepared, open, metrics, ended } = world();
  const taken = Array.from({ length: mostPrepared + 1 }, (_, index) =>
    prepared.prepare(callThatRings(idOf(index))),
  );
  expect([taken.filter(Boolean).length, taken.at(-1)]).toEqual([mostPrepared, false]);
  prepared.forget(idOf(1));
  expect(prepared.prepare(callThatRings(idOf(500)))).toBe(true);
  prepared.close();
  expect([open.size, metrics.prepared.value, ended("drained"), ended("unanswered")]).toEqual([
    0,
    0,
    mostPrepared,
    1,
  ]);
  expect(prepared.prepare(callThatRings(idOf(501)))).toBe(false);
});

it("a bug in what was opened closes that call alone", () => {
  const metrics = new Metrics();
  let closed = 0;
  const prepared = new PreparedCalls(({ call_id }) => {
    if (call_id === idOf(1)) throw new TypeError("a bug");
    return {
      takeOver: () => {
        throw new Error("not taken over in these tests");
      },
      close: () => {
        closed += 1;
      },
    };
  }, metrics);
  for (const index of [1, 2]) prepared.prepare(callThatRings(idOf(index)));
  expect([metrics.prepared.value, closed]).toEqual([1, 0]);
});
