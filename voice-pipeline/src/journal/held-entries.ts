/**
 * A call's entries before the mesh has said that the stream is this call's. They wait in memory: on disk they would be delivered
 * after a crash, as a call's that may be held elsewhere. Once the journal is there they go into it, in order and with their
 * own times, and the later ones straight.
 */
import type { Journal } from "./journal.ts";

export class HeldEntries implements Pick<Journal, "append" | "soFar"> {
  #held: ((journal: Journal) => void)[] = [];
  #journal: Journal | null = null;

  append(...entry: Parameters<Journal["append"]>): void {
    this.#put((journal) => journal.append(...entry));
  }

  /** Many times a second. */
  soFar(...words: Parameters<Journal["soFar"]>): void {
    if (this.#journal) this.#journal.soFar(...words);
    else this.#put((journal) => journal.soFar(...words));
  }

  release(journal: Journal): void {
    this.#journal = journal;
    for (const put of this.#held) put(journal);
    this.#held = [];
  }

  #put(put: (journal: Journal) => void): void {
    if (this.#journal) put(this.#journal);
    else this.#held.push(put);
  }
}
