/** What of an utterance was heard by a position in its sound, from the characters' times. Only whole words count. */

export interface CharTimes {
  chars: string[];
  startMs: number[];
  durationMs: number[];
}

export class Heard {
  readonly #words: { text: string; startMs: number; endMs: number }[] = [];
  /** Whether the next character goes on with the last word. */
  #isOpen = false;
  /** What was told last, and of how many words: it is asked for ten times a second, and mostly the same. */
  #told = { count: 0, text: "" };

  /** `offsetMs` is where the piece of sound begins in the utterance. */
  add(times: CharTimes, offsetMs: number): void {
    this.#told = { count: 0, text: "" };
    times.chars.forEach((char, index) => {
      const startMs = offsetMs + (times.startMs[index] ?? 0);
      this.#add(char, startMs, startMs + (times.durationMs[index] ?? 0));
    });
  }

  textAt(positionMs: number): string {
    let count = 0;
    for (const { endMs } of this.#words) if (endMs <= positionMs) count += 1;
    if (count !== this.#told.count) {
      const heard = this.#words.filter(({ endMs }) => endMs <= positionMs);
      this.#told = { count, text: heard.map(({ text }) => text).join(" ") };
    }
    return this.#told.text;
  }

  /** The start of the word that is being said at a position: where a held voice goes on. */
  wordStart(positionMs: number): number {
    const word = this.#words.find(({ startMs, endMs }) => startMs <= positionMs && endMs > positionMs);
    return word?.startMs ?? positionMs;
  }

  #add(char: string, startMs: number, endMs: number): void {
    if (char.trim() === "") {
      this.#isOpen = false;
      return;
    }
    const word = this.#isOpen ? this.#words.at(-1) : undefined;
    if (word) {
      word.text += char;
      word.endMs = endMs;
    } else this.#words.push({ text: char, startMs, endMs });
    this.#isOpen = true;
  }
}
