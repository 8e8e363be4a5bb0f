import { expect, it } from "vitest";
import { frameBytes, Playout } from "./playout.ts";

const withSound = (ms: number): Playout => {
  const playout = new Playout();
  playout.append(Buffer.alloc(ms * 8, 1));
  playout.complete();
  return playout;
};

const frames = (count: number) => count * frameBytes;

it("sends its lead at once, then what was played since, and catches up after a late timer", () => {
  const playout = withSound(1000);
  expect(playout.due(0)).toHaveLength(frames(12));
  expect(playout.due(39)).toBeNull();
  expect(playout.due(50)).toHaveLength(frames(2));
  expect(playout.due(110)).toHaveLength(frames(3));
  expect(playout.due(230)).toHaveLength(frames(6));
  expect(playout.underruns).toBe(0);
});

it("sends what there is of a voice that comes slowly, and counts where it ran dry", () => {
  const playout = new Playout();
  playout.append(Buffer.alloc(frames(2) + 80));
  expect(playout.due(0)).toHaveLength(frames(2));
  expect(playout.due(20)).toBeNull();
  playout.append(Buffer.alloc(80));
  expect(playout.due(30)).toHaveLength(frames(1));
  expect(playout.underruns).toBe(0);
  playout.append(Buffer.alloc(frames(1)));
  expect(playout.due(61)).toHaveLength(frames(1));
  expect(playout.underruns).toBe(1);
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
  expect(playout.due(500)).toBeNull();
  playout.resume(40);
  playout.due(1000);
  expect(playout.playedMs(1060)).toBe(100);
});

it("cuts the same frames however the sound came in pieces, and again after it was held", () => {
  const sound = Buffer.from(Array.from({ length: 4_000 }, (_, index) => (index * 7) % 251));
  const playout = new Playout();
  let from = 0;
  for (const size of [1, 159, 160, 161, 700, 3, 2_816]) {
    playout.append(sound.subarray(from, from + size));
    from += size;
  }
  playout.complete();
  const first = playout.due(0) ?? Buffer.alloc(0);
  expect(first).toHaveLength(frames(12));
  expect(first.equals(sound.subarray(0, first.length))).toBe(true);
  playout.hold();
  playout.resume(30);
  const rest = Buffer.concat([1_000, 1_200, 1_400].flatMap((now) => playout.due(now) ?? []));
  expect(rest.subarray(0, 3_760).equals(sound.subarray(240))).toBe(true);
  expect(rest.subarray(3_760)).toEqual(Buffer.alloc(80, 0xff));
});
