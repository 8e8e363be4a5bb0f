/**
 * Text that waits to be spoken: held until there is enough of it (the chunk schedule), or until somebody asks.
 * Never cut inside a word.
 */

const defaultSchedule = [120, 160, 250, 290];

export class TextBuffer {
  readonly #schedule: readonly number[];
  #step = 0;
  #held = "";

  constructor(schedule: readonly number[] = defaultSchedule) {
    this.#schedule = schedule;
  }

  append(text: string): void {
    this.#held += text;
  }

  /** Everything that is held. */
  takeAll(): string {
    const taken = this.#held;
    this.#held = "";
    return taken.trim();
  }

  /** All whole words, whatever their number: what `try_trigger_generation` asks for. */
  takeWords(): string {
    const end = this.#held.search(/\s\S*$/);
    if (end < 0) return "";
    const taken = this.#held.slice(0, end);
    this.#held = this.#held.slice(end + 1);
    return taken.trim();
  }

  /** A chunk, if there is enough text for the next one by the schedule; cut after a sentence where there is one. */
  takeScheduled(): string {
    const wanted = this.#schedule[Math.min(this.#step, this.#schedule.length - 1)] ?? 0;
    if (this.#held.length < wanted) return "";
    const sentence = /^.*[.!?…]["')]?\s/s.exec(this.#held)?.[0];
    if (sentence === undefined || sentence.length < wanted / 2) {
      const words = this.takeWords();
      if (words !== "") this.#step += 1;
      return words;
    }
    this.#step += 1;
    this.#held = this.#held.slice(sentence.length);
    return sentence.trim();
  }
}
