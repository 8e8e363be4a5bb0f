import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeptSound } from "./kept-sound.ts";

const piece = (...bytes: number[]) => Buffer.from(bytes);

/** All from a byte on, read in pieces. */
const readAll = (kept: KeptSound, byte: number, most = 7): number[] => {
  const bytes: number[] = [];
  for (let at = Math.max(byte, kept.start); at < kept.end; ) {
    const read = kept.read(at, most);
    bytes.push(...read);
    at += read.length;
  }
  return bytes;
};

describe("kept sound", () => {
  it("is given again from the byte asked for, or from the first that is left", () => {
    const kept = new KeptSound(100);
    kept.push(piece(0, 1, 2));
    kept.push(piece(3, 4, 5));
    expect([...kept.read(4, 100)]).toEqual([4, 5]);
    expect([...kept.read(1, 2)]).toEqual([1, 2]);
    expect([...kept.read(6, 100)]).toEqual([]);
    kept.forget(5);
    expect(kept.start).toBe(5);
    expect([...kept.read(0, 100)]).toEqual([5]);
    kept.forget(1_000);
    expect([kept.start, kept.end]).toEqual([6, 6]);
  });

  it("never grows past its bound, loses the oldest first, and what was let go of", () => {
    const step = fc.record({ length: fc.integer({ min: 1, max: 30 }), forget: fc.option(fc.nat(40)) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.constantFrom(20, 50_000), (steps, most) => {
        const kept = new KeptSound(most);
        let [next, from] = [0, 0];
        for (const { length, forget } of steps) {
          kept.push(Buffer.from(Array.from({ length }, () => next++ % 251)));
          from = Math.max(from, next - most);
          if (forget !== null) {
            from = Math.min(next, Math.max(from, next - forget));
            kept.forget(next - forget);
          }
          const bytes = readAll(kept, 0);
          expect([kept.start, kept.end, bytes.length]).toEqual([from, next, next - from]);
          expect(bytes).toEqual(bytes.map((_, index) => (from + index) % 251));
        }
      }),
    );
  });

  it("keeps its order when its ring grows", () => {
    const kept = new KeptSound(160_000);
    const second = (value: number) => Buffer.alloc(8_000, value);
    for (let value = 0; value < 3; value += 1) kept.push(second(value));
    kept.forget(12_000);
    for (let value = 3; value < 12; value += 1) kept.push(second(value));
    const bytes = readAll(kept, 0, 2_000);
    expect(bytes).toHaveLength(84_000);
    expect(bytes.every((value, index) => value === Math.floor((12_000 + index) / 8_000))).toBe(true);
  });
});
