/**
 * The sound of one utterance, as it comes and from any place, in slabs that are used again by the next. Each call speaks some
 * thousand bytes a second for as long as it lasts: were each piece kept as it came, a process would give and take so many odd
 * sizes of memory that in the end it holds more than it uses.
 */

/** Two seconds, in whole frames. */
export const slabBytes = 16_000;
const mostSpare = 500;
const spare: Buffer[] = [];

export class SpokenSound {
  readonly #slabs: Buffer[] = [];
  length = 0;

  append(sound: Buffer): void {
    for (let from = 0; from < sound.length; ) {
      const at = this.length % slabBytes;
      if (at === 0) this.#slabs.push(spare.pop() ?? Buffer.allocUnsafeSlow(slabBytes));
      const copied = sound.copy(this.#slabs.at(-1) ?? sound, at, from);
      from += copied;
      this.length += copied;
    }
  }

  /** To be used before anything else happens: the slab is given away with the utterance. */
  read(from: number, size: number): Buffer {
    const at = from % slabBytes;
    const first = Math.floor(from / slabBytes);
    if (at + size <= slabBytes) return (this.#slabs[first] ?? Buffer.alloc(0)).subarray(at, at + size);
    return Buffer.concat([
      this.read(from, slabBytes - at),
      this.read(from + slabBytes - at, size - slabBytes + at),
    ]);
  }

  /** Nobody needs it any more. */
  release(): void {
    for (const slab of this.#slabs) if (spare.length < mostSpare) spare.push(slab);
    this.#slabs.length = 0;
    this.length = 0;
  }
}
