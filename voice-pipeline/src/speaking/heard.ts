/** What of an utterance was heard by a position in its sound, from the characters' times. Only whole words count. */
import { opensWord } from "./unspaced.ts";

export interface CharTimes {
  chars: string[];
  startMs: number[];
  durationMs: number[];
}

export class Heard {
  /** Side by side, not an object for each: they live as long as the utterance. */
  readonly #words = {
    texts: [] as string[],
    /** Whether a space stands before it. */
    isApart: [] as boolean[],
    startMs: [] as number[],
    endMs: [] as number[],
  };
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
    const { texts, isApart, endMs } = this.#words;
    let count = 0;
    for (const ms of endMs) if (ms <= positionMs) count += 1;
    if (count !== this.#told.count) {
      let heard = "";
      texts.forEach((text, index) => {
        if ((endMs[index] ?? 0) > positionMs) return;
        heard += isApart[index] && heard !== "" ? ` ${text}` : text;
      });
      this.#told = { count, text: heard };
    }
    return this.#told.text;
  }

  /** The start of the word that is being said at a position: where a held voice goes on. */
  wordStart(positionMs: number): number {
    const { startMs, endMs } = this.#words;
    return startMs.find((ms, index) => ms <= positionMs && (endMs[index] ?? 0) > positionMs) ?? positionMs;
  }

  #add(char: string, startMs: number, endMs: number): void {
    if (char.trim() === "") {
      this.#isOpen = false;
      return;
    }
    const { texts, isApart, startMs: starts, endMs: ends } = this.#words;
    const last = texts.length - 1;
    const word = texts[last];
    if (this.#isOpen && word !== undefined && !opensWord(char, word)) {
      texts[last] = word + char;
      ends[last] = endMs;
    } else {
      texts.push(char);
      isApart.push(!this.#isOpen);
      starts.push(startMs);
      ends.push(endMs);
    }
    this.#isOpen = true;
  }
}
