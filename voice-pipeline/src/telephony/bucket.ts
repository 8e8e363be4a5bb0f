/** A leaky bucket: how much of something may come in, steadily and at once. Pure; the time comes in, in milliseconds. */
export class Bucket {
  readonly #perSecond: number;
  readonly #most: number;
  #room: number;
  #at: number | null = null;

  constructor(perSecond: number, most: number) {
    this.#perSecond = perSecond;
    this.#most = most;
    this.#room = most;
  }

  /** Whether there is room for so much; if so, it is taken. */
  take(amount: number, now: number): boolean {
    const passedMs = this.#at === null ? 0 : Math.max(0, now - this.#at);
    this.#at = now;
    this.#room = Math.min(this.#most, this.#room + (passedMs * this.#perSecond) / 1000);
    if (amount > this.#room) return false;
    this.#room -= amount;
    return true;
  }
}
