/**
 * The words so far of a turn that goes on, for whoever watches the call. One request at a time and the newest words only:
 * what nobody could read is dropped, and nothing here may hold up a call. While nobody watches it asks rarely, and ever more so.
 */
import type { LiveWords } from "@callmeback/shared/contract/live";

type Words = Omit<LiveWords, "type">;

export interface LiveWordsParts {
  /** Shows words; answers whether somebody watches. */
  show(words: Words): Promise<boolean>;
  /** Milliseconds of a clock. */
  now(): number;
}

const unwatched = { firstMs: 3_000, mostMs: 12_000 };

export class LiveWordsFeed {
  readonly #parts: LiveWordsParts;
  #shown: Words = { speaker: "caller", text: "" };
  #waiting: Words | null = null;
  #isAsking = false;
  #quietUntil = 0;
  #quietMs = unwatched.firstMs;

  constructor(parts: LiveWordsParts) {
    this.#parts = parts;
  }

  tell(speaker: Words["speaker"], text: string): void {
    if (text === "" || (text === this.#shown.text && speaker === this.#shown.speaker)) return;
    this.#shown = { speaker, text };
    this.#waiting = this.#shown;
    void this.#send();
  }

  async #send(): Promise<void> {
    if (this.#isAsking || this.#waiting === null || this.#parts.now() < this.#quietUntil) return;
    const words = this.#waiting;
    this.#waiting = null;
    this.#isAsking = true;
    const isWatched = await this.#parts.show(words).catch(() => false);
    this.#isAsking = false;
    this.#quietUntil = isWatched ? 0 : this.#parts.now() + this.#quietMs;
    this.#quietMs = isWatched ? unwatched.firstMs : Math.min(this.#quietMs * 2, unwatched.mostMs);
    if (isWatched) void this.#send();
  }
}
