/**
 * The one timer of the process. It serves every call each 20 ms on an absolute schedule, the calls spread over those 20 ms:
 * many calls at once would hold up each other's frames, and whatever else comes meanwhile.
 */
import { frameMs } from "./playout.ts";

const stepMs = 4;
const steps = frameMs / stepMs;

export class Ticker {
  readonly #served: Set<() => void>[] = Array.from({ length: steps }, () => new Set());
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  /** The number of the next step, counted from the clock's beginning. */
  #next = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Calls back every 20 ms until the returned function is called. After a late timer, once and not twice. */
  add(serve: () => void): () => void {
    const own = this.#served.reduce((least, each) => (each.size < least.size ? each : least));
    own.add(serve);
    if (this.#timer === undefined) {
      this.#next = Math.floor(this.#now() / stepMs) + 1;
      this.#timer = setInterval(() => this.#tick(), stepMs);
    }
    return () => {
      own.delete(serve);
      if (this.#served.some(({ size }) => size > 0)) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  #tick(): void {
    const due = Math.floor(this.#now() / stepMs);
    for (let step = Math.max(this.#next, due - steps + 1); step <= due; step += 1)
      for (const serve of this.#served[step % steps] ?? []) serve();
    this.#next = due + 1;
  }
}
