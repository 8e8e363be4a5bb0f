/**
 * The newest sound of a call, kept until it is understood, so that a new connection can be given what an old one lost. One
 * ring of bytes a call: thousands of small pieces that live for seconds would each outlive the collector's nursery.
 */

const firstBytes = 16_384;

export class KeptSound {
  readonly #mostBytes: number;
  #ring: Buffer;
  #from = 0;
  #to = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
    this.#ring = Buffer.allocUnsafeSlow(Math.min(firstBytes, mostBytes));
  }

  /** The first byte of the call that is still kept. */
  get start(): number {
    return this.#from;
  }

  /** Bytes of the call up to now, kept or not. */
  get end(): number {
    return this.#to;
  }

  push(sound: Buffer): void {
    const kept = sound.length > this.#mostBytes ? sound.subarray(-this.#mostBytes) : sound;
    this.#to += sound.length - kept.length;
    this.#makeRoom(kept.length);
    const at = this.#to % this.#ring.length;
    const copied = kept.copy(this.#ring, at);
    if (copied < kept.length) kept.copy(this.#ring, 0, copied);
    this.#to += kept.length;
  }

  /** Lets go of what comes before this byte of the call. */
  forget(before: number): void {
    this.#from = Math.min(this.#to, Math.max(this.#from, Math.floor(before)));
  }

  /** What is kept from this byte of the call on, at most so much and perhaps less; empty at the end. Valid until the next push. */
  read(byte: number, most: number): Buffer {
    const from = Math.max(byte, this.#from);
    const at = from % this.#ring.length;
    return this.#ring.subarray(at, Math.min(at + Math.min(most, this.#to - from), this.#ring.length));
  }

  #makeRoom(bytes: number): void {
    const needed = this.#to + bytes - this.#from;
    if (needed > this.#ring.length && this.#ring.length < this.#mostBytes) this.#grow(needed);
    this.forget(this.#to + bytes - this.#ring.length);
  }

  #grow(needed: number): void {
    const old = this.#ring;
    const ring = Buffer.allocUnsafeSlow(Math.min(this.#mostBytes, Math.max(needed, old.length * 2)));
    for (let byte = this.#from; byte < this.#to; ) {
      const at = byte % old.length;
      const target = byte % ring.length;
      const size = Math.min(this.#to - byte, old.length - at, ring.length - target);
      old.copy(ring, target, at, at + size);
      byte += size;
    }
    this.#ring = ring;
  }
}
