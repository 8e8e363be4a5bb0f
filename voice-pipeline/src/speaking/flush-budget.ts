/**
 * When a voice that counts flushes may be flushed: Deepgram warns above 20 in a minute. The first go out at once, so that the
 * first word is soon heard; after them only what is needed before the sound runs out. Pure: times come in.
 */

const windowMs = 60_000;
const mostInWindow = 18;
const generous = 10;
/** Sound that is made by then is enough to make the next meanwhile. */
const leadMs = 1_500;

export class FlushBudget {
  #times: number[] = [];

  spend(now: number): void {
    this.#times.push(now);
  }

  /** Whether each clause may have a flush of its own. */
  get isGenerous(): boolean {
    return this.#times.length < generous;
  }

  get isSpent(): boolean {
    return this.#times.length >= mostInWindow;
  }

  /** How long to wait before the next flush, while there is sound until `soundUntil`; 0 for none. */
  waitMs(now: number, soundUntil: number): number {
    this.#times = this.#times.filter((at) => now - at < windowMs);
    const [oldest] = this.#times;
    if (oldest !== undefined && this.isSpent) return oldest + windowMs - now;
    return this.isGenerous ? 0 : Math.max(0, soundUntil - leadMs - now);
  }
}
