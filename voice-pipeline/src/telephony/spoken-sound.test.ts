import fc from "fast-check";
import { expect, it } from "vitest";
import { SpokenSound, slabBytes } from "./spoken-sound.ts";

const piece = fc.integer({ min: 1, max: 2 * slabBytes + 7 }).map((size) => {
  const from = Math.imul(size, 31);
  return Buffer.from(Array.from({ length: size }, (_, index) => (index * 7 + from) % 251));
});

it("reads back what came, however it came, from anywhere, though its slabs were others' before", () => {
  fc.assert(
    fc.property(
      fc.array(piece, { minLength: 1, maxLength: 8 }),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 2 * slabBytes })), { maxLength: 20 }),
      (pieces, places) => {
        const [sound, whole] = [new SpokenSound(), Buffer.concat(pieces)];
        const beside = new SpokenSound();
        for (const each of pieces) {
          sound.append(each);
          beside.append(Buffer.alloc(each.length, 0xff));
        }
        expect(sound.length).toBe(whole.length);
        for (const [place, size] of places) {
          const from = place % whole.length;
          const most = Math.min(size, whole.length - from);
          expect(sound.read(from, most).equals(whole.subarray(from, from + most))).toBe(true);
        }
        sound.release();
        beside.release();
        expect(sound.length).toBe(0);
      },
    ),
  );
});

it("copies nothing to read what lies in one slab", () => {
  const sound = new SpokenSound();
  sound.append(Buffer.alloc(2 * slabBytes, 1));
  expect(sound.read(160, 320).buffer).toBe(sound.read(slabBytes - 320, 320).buffer);
  expect(sound.read(slabBytes - 160, 320)).toHaveLength(320);
});
