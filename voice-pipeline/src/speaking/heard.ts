/** What of an utterance was heard by a position in its sound, from the characters' times. Only whole words count. */

export interface CharTimes {
  chars: string[];
  startMs: number[];
  durationMs: number[];
}

export class Heard {
  #chars: { char: string; startMs: number; endMs: number }[] = [];

  /** `offsetMs` is where the piece of sound begins in the utterance. */
  add(times: CharTimes, offsetMs: number): void {
    times.chars.forEach((char, index) => {
      const startMs = offsetMs + (times.startMs[index] ?? 0);
      this.#chars.push({ char, startMs, endMs: startMs + (times.durationMs[index] ?? 0) });
    });
  }

  textAt(positionMs: number): string {
    const words = this.#words().filter((word) => word.endMs <= positionMs);
    return words.map((word) => word.text).join(" ");
  }

  /** The start of the word that is being said at a position: where a held voice goes on. */
  wordStart(positionMs: number): number {
    const word = this.#words().find(({ startMs, endMs }) => startMs <= positionMs && endMs > positionMs);
    return word?.startMs ?? positionMs;
  }

  #words(): { text: string; startMs: number; endMs: number }[] {
    const words: { text: string; startMs: number; endMs: number }[] = [];
    let isOpen = false;
    for (const { char, startMs, endMs } of this.#chars) {
      if (/^\s*$/.test(char)) {
        isOpen = false;
        continue;
      }
      const word = isOpen ? words.at(-1) : undefined;
      if (word) {
        word.text += char;
        word.endMs = endMs;
      } else words.push({ text: char, startMs, endMs });
      isOpen = true;
    }
    return words;
  }
}
