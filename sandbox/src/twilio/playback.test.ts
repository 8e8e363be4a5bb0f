import { expect, it } from "vitest";
import { Playback } from "./playback.ts";

const sound = (bytes: number): Buffer => Buffer.alloc(bytes, 1);

it("tells a mark when the sound before it was played, and at once when there is none", () => {
  const playback = new Playback();
  const told: string[] = [];
  playback.mark(() => told.push("empty"));
  expect(told).toEqual(["empty"]);
  playback.append(sound(320));
  playback.mark(() => told.push("after"));
  playback.next();
  expect(told).toEqual(["empty"]);
  playback.next();
  expect(told).toEqual(["empty", "after"]);
});

it("drops the sound and tells every mark when it is cleared", () => {
  const playback = new Playback();
  let told = 0;
  for (const _ of [1, 2]) {
    playback.append(sound(1_600));
    playback.mark(() => {
      told += 1;
    });
  }
  playback.clear();
  expect(told).toBe(2);
  expect(playback.next()).toEqual(Buffer.alloc(160, 0xff));
});

it("fills a frame from several pieces and refuses more than ten minutes", () => {
  const playback = new Playback();
  for (const bytes of [100, 60, 10]) playback.append(sound(bytes));
  expect(playback.next()).toEqual(sound(160));
  expect(playback.append(sound(4_800_000))).toBe(false);
});
