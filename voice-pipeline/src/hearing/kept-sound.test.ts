import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeptSound } from "./kept-sound.ts";

const piece = (...bytes: number[]) => Buffer.from(bytes);
const bytesOf = ({ pieces }: { pieces: Buffer[] }) => [...Buffer.concat(pieces)];

describe("kept sound", () => {
  it("is given again from the piece that holds the byte asked for", () => {
    const kept = new KeptSound(100);
    kept.push(piece(0, 1, 2));
    kept.push(piece(3, 4, 5));
    expect(kept.since(4)).toEqual({ from: 3, pieces: [piece(3, 4, 5)] });
    expect(kept.since(6)).toEqual({ from: 6, pieces: [] });
  });

  it("is let go of only in whole pieces that were understood", () => {
    const kept = new KeptSound(100);
    kept.push(piece(0, 1, 2));
    kept.push(piece(3, 4, 5));
    kept.forget(5);
    expect(kept.since(0)).toEqual({ from: 3, pieces: [piece(3, 4, 5)] });
    expect(kept.end).toBe(6);
  });

  it("never grows past its bound, and loses the oldest first", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }), (lengths) => {
        const kept = new KeptSound(20);
        let next = 0;
        for (const length of lengths) kept.push(Buffer.from(Array.from({ length }, () => next++ % 256)));
        const bytes = bytesOf(kept.since(0));
        expect(bytes.length).toBeLessThan(20 + 9);
        expect(bytes).toEqual(bytes.map((_, index) => (next - bytes.length + index) % 256));
      }),
    );
  });
});
