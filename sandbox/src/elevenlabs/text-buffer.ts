/**
 * Text that waits to be spoken: held until there is enough of it (the chunk schedule), or until somebody asks.
 * Never cut inside a word. Its spaces stay, since clients count the characters that come back; only those before the
 * first word are dropped, and spaces alone are never spoken.
 */

const defaultSchedule = [120, 160, 250, 290];

export class TextBuffer {
  readonly #schedule: readonly number[];
  #step = 0;
  #held = "";
  #hasBegun = false;

  constructor(schedule: readonly number[] = defaultSchedule) {
    this.#schedule = schedule;
  }

  append(text: string): void {
    this.#held += text;
    if (!this.#hasBegun) this.#held = this.#held.trimStart();
    this.#hasBegun ||= this.#held !== "";
  }

  /** Everything that is held. */
  takeAll(): string {
    return this.#take(this.#held.length);
  }

  /** All whole words, whatever their number: what `try_trigger_generation` asks for. */
  takeWords(): string {
    return this.#take(this.#held.search(/\S*$/));
  }

  /** A chunk, if there is enough text for the next one by the schedule; cut after a sentence where there is one. */
  takeScheduled(): string {
    const wanted = this.#schedule[Math.min(this.#step, this.#schedule.length - 1)] ?? 0;
    if (this.#held.length < wanted) return "";
    const sentence = /^.*[.!?…]["')]?\s/s.exec(this.#held)?.[0] ?? "";
    const taken = sentence.length < wanted / 2 ? this.takeWords() : this.#take(sentence.length);
    if (taken !== "") this.#step += 1;
    return taken;
  }

  #take(length: number): string {
    const taken = this.#held.slice(0, length);
    if (!/\S/.test(taken)) return "";
    this.#held = this.#held.slice(length);
    return taken;
  }
}
