/** The newest sound of a call, kept until it is understood, so that a new connection can be given what an old one lost. */

export class KeptSound {
  readonly #mostBytes: number;
  #pieces: Buffer[] = [];
  #from = 0;
  #to = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Bytes of the call up to now, kept or not. */
  get end(): number {
    return this.#to;
  }

  push(sound: Buffer): void {
    this.#pieces.push(sound);
    this.#to += sound.length;
    if (this.#to - this.#from > this.#mostBytes) this.forget(this.#to - this.#mostBytes);
  }

  /** Lets go of whole pieces before this byte of the call. */
  forget(before: number): void {
    let count = 0;
    for (const piece of this.#pieces) {
      if (this.#from + piece.length > before) break;
      this.#from += piece.length;
      count += 1;
    }
    if (count > 0) this.#pieces.splice(0, count);
  }

  /** What is kept from this byte of the call on, and where it really begins. */
  since(byte: number): { from: number; pieces: Buffer[] } {
    let [first, from] = [this.#pieces.length, this.#to];
    for (let piece = this.#pieces[first - 1]; piece && from > byte; piece = this.#pieces[first - 1]) {
      from -= piece.length;
      first -= 1;
    }
    return { from, pieces: this.#pieces.slice(first) };
  }
}
