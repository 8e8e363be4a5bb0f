/**
 * The one timer of the process. It serves every call each 60 ms on an absolute schedule, the calls spread over those 60 ms:
 * many calls at once would hold up each other's frames, and whatever else comes meanwhile.
 */
import { frameMs } from "./playout.ts";

/** Each serving of a speaking call is a write to a socket, which costs what many frames' reading does. */
export const servedEveryMs = 3 * frameMs;
const stepMs = 4;
const steps = servedEveryMs / stepMs;

export class Ticker {
  readonly #served: Set<() => void>[] = Array.from({ length: steps }, () => new Set());
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  /** The number of the next step, counted from the clock's beginning. */
  #next = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Calls back every 60 ms until the returned function is called. After a late timer, once and not twice. */
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
