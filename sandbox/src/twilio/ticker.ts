/**
 * One clock for the sound of all calls: each 20 ms frame is due at start + n × 20 ms, and a late timer catches up, after
 * the sockets were read: what arrived in time while this process was late must not be heard as a gap.
 */

const frameMs = 20;
/** After a machine slept, the lost time is skipped instead of being played at once. */
const mostBehind = 50;

export class Ticker {
  readonly #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #afterReading: NodeJS.Immediate | undefined;
  #startedAt = 0;
  #frames = 0;

  /** Calls `listener` for each frame until the returned function is called. */
  add(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#timer === undefined) {
      this.#startedAt = performance.now();
      this.#frames = 0;
      this.#schedule();
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.stop();
    };
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#afterReading);
    this.#timer = undefined;
  }

  #schedule(): void {
    const dueAt = this.#startedAt + (this.#frames + 1) * frameMs;
    this.#timer = setTimeout(() => this.#run(), Math.max(0, dueAt - performance.now()));
  }

  #run(): void {
    const behind = performance.now() - this.#startedAt - this.#frames * frameMs;
    if (behind < 2 * frameMs) this.#play();
    else this.#afterReading = setImmediate(() => this.#play());
  }

  #play(): void {
    const due = Math.floor((performance.now() - this.#startedAt) / frameMs);
    if (due - this.#frames > mostBehind) this.#frames = due - 1;
    while (this.#frames < due && this.#listeners.size > 0) {
      this.#frames += 1;
      for (const listener of [...this.#listeners]) listener();
    }
    if (this.#listeners.size > 0) this.#schedule();
    else this.#timer = undefined;
  }
}
