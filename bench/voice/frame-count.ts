/** Counts what became of numbered frames: each is expected once, and in order. */

export class FrameCount {
  received = 0;
  doubled = 0;
  /** Came, but after a later one. */
  late = 0;
  #next = 0;
  readonly #missing = new Set<number>();

  /** `first` is the number of the first frame that is expected. */
  constructor(first = 0) {
    this.#next = first;
  }

  take(frame: number): void {
    this.received += 1;
    if (frame >= this.#next) {
      for (let missing = this.#next; missing < frame; missing += 1) this.#missing.add(missing);
      this.#next = frame + 1;
    } else if (this.#missing.delete(frame)) this.late += 1;
    else this.doubled += 1;
  }

  get lost(): number {
    return this.#missing.size;
  }
}
