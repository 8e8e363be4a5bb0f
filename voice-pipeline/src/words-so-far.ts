/** What is just being said, told as it grows: to whoever watches the call, and to its journal, for a process that dies amid it. */
import type { Journal } from "./journal/journal.ts";
import { LiveWordsFeed, type LiveWordsParts } from "./live-words.ts";

/** As often as a reader of the words wants to see them grow. */
const everyMs = 100;

export class WordsSoFar {
  readonly #journal: Pick<Journal, "soFar">;
  readonly #live: LiveWordsFeed;
  #readAt = 0;
  #heard = "";

  constructor(journal: Pick<Journal, "soFar">, live: LiveWordsParts) {
    this.#journal = journal;
    this.#live = new LiveWordsFeed(live);
  }

  tell(speaker: "caller" | "persona", text: string, at: number): void {
    if (text !== "") this.#live.tell(speaker, text);
    this.#journal.soFar(speaker, text, at);
  }

  /** Reads, when it is time to, what was heard of the persona's words, and tells it; null unless it is another than before. */
  persona(read: () => string, at: number): string | null {
    if (at - this.#readAt < everyMs) return null;
    this.#readAt = at;
    const before = this.#heard;
    this.#heard = read();
    this.tell("persona", this.#heard, at);
    return this.#heard === before ? null : this.#heard;
  }
}
