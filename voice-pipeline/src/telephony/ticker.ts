/** The one 20 ms timer of the process: it serves every call that is due. */
import { frameMs } from "./playout.ts";

export class Ticker {
  readonly #served = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  /** Calls back every 20 ms until the returned function is called. */
  add(serve: () => void): () => void {
    this.#served.add(serve);
    this.#timer ??= setInterval(() => {
      for (const each of this.#served) each();
    }, frameMs);
    return () => {
      this.#served.delete(serve);
      if (this.#served.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }
}
