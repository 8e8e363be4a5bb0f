/** Messages leave after the time that recognition takes, in their order. */
import type { ProviderSocket } from "../sockets/provider-socket.ts";

export class Outbox {
  readonly #socket: ProviderSocket;
  readonly #delayMs: () => number;
  readonly #waiting = new Set<NodeJS.Timeout>();
  #freeAt = 0;

  constructor(socket: ProviderSocket, delayMs: () => number) {
    this.#socket = socket;
    this.#delayMs = delayMs;
  }

  send(message: object): void {
    this.#later(() => this.#socket.send(message));
  }

  close(code: number, reason = ""): void {
    this.#later(() => this.#socket.close(code, reason));
  }

  /** Forgets what has not left yet. */
  stop(): void {
    for (const timer of this.#waiting) clearTimeout(timer);
    this.#waiting.clear();
  }

  #later(act: () => void): void {
    const delayMs = this.#delayMs();
    if (delayMs <= 0 && this.#waiting.size === 0) {
      act();
      return;
    }
    // Never before an earlier one, even when the delay was lowered meanwhile.
    this.#freeAt = Math.max(this.#freeAt, performance.now() + delayMs);
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      act();
    }, this.#freeAt - performance.now());
    this.#waiting.add(timer);
  }
}
