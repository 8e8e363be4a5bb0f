import { expect, it } from "vitest";
import { Playout } from "./playout.ts";

const withSound = (ms: number): Playout => {
  const playout = new Playout();
  playout.append(Buffer.alloc(ms * 8, 1));
  playout.complete();
  return playout;
};

it("sends its lead at once, then a frame every 20 ms, and catches up after a late timer", () => {
  const playout = withSound(1000);
  expect(playout.due(0)).toHaveLength(11);
  expect(playout.due(19)).toHaveLength(0);
  expect(playout.due(20)).toHaveLength(1);
  expect(playout.due(120)).toHaveLength(5);
  expect(playout.underruns).toBe(0);
});

it("knows what was played, later by what a mark taught it", () => {
  const playout = withSound(1000);
  for (let now = 0; now <= 400; now += 20) playout.due(now);
  expect(playout.playedMs(400)).toBe(400);
  playout.marked(300, 380);
  expect(playout.playedMs(400)).toBe(320);
});

it("holds, and goes on from where it is told", () => {
  const playout = withSound(1000);
  playout.due(0);
  playout.hold();
  expect(playout.due(500)).toEqual([]);
  playout.resume(40);
  playout.due(1000);
  expect(playout.playedMs(1060)).toBe(100);
});
