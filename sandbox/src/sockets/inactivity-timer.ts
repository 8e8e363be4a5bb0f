/** Runs out when nothing was said for a while; one timer, pushed on by each word. */

export class InactivityTimer {
  readonly #timer: NodeJS.Timeout;

  constructor(seconds: number, onIdle: () => void) {
    this.#timer = setTimeout(onIdle, seconds * 1000);
  }

  touch(): void {
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
