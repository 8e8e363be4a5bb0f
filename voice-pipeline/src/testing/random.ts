/** For tests: chance that a seed makes, the same everywhere. */

export type Random = () => number;

/** Mulberry32: small, fast, and the same everywhere. */
export const randomOf = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

export const upTo = (random: Random, most: number): number => Math.floor(random() * most);
export const pick = <T>(random: Random, all: readonly [T, ...T[]]): T =>
  all[upTo(random, all.length)] ?? all[0];
export const bytes = (random: Random, count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, () => upTo(random, 256)));
