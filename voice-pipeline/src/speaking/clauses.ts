/**
 * Cuts a stream of tokens into clauses: the first early, later ones longer, never inside a number, a time, "Dr." or the
 * "3. Mai" of other languages.
 */
import { isEnglish } from "./language.ts";

const abbreviation =
  /(?:^|\s)(?:Dr|Mr|Mrs|Ms|Prof|St|Jr|Sr|vs|etc|approx|e\.g|i\.e|a\.m|p\.m|No|Jan|Feb|Aug|Sept?|Oct|Nov|Dec|\p{Lu})\.$/u;
/** "3." is the third in most languages, and the end of a sentence in English. */
const ordinal = /(?<!\S)\d{1,2}\.$/;
const strong = /[.!?…。！？।؟۔]/u;
const weak = /[,;:—،、；：，]/u;
const wide = /[。！？、；：，]/u;
const leastWords = 3;
const laterLength = 60;
const mostLength = 240;

export class ClauseSplitter {
  #held = "";
  #isFirst = true;
  #wasEnglish: boolean;

  /** @param wasEnglish what was said before, for clauses that do not tell their language by themselves */
  constructor(wasEnglish = true) {
    this.#wasEnglish = wasEnglish;
  }

  push(text: string): string[] {
    this.#held += text;
    const clauses: string[] = [];
    for (let end = this.#cut(); end > 0; end = this.#cut()) {
      clauses.push(this.#told(this.#held.slice(0, end).trim()));
      this.#held = this.#held.slice(end).trimStart();
      this.#isFirst = false;
    }
    return clauses;
  }

  flush(): string {
    const rest = this.#held.trim();
    this.#held = "";
    return rest;
  }

  /** The whole words held so far; the last, unless a space follows it, may be half a word and stays. */
  flushWords(): string {
    const end = this.#held.search(/\s\S*$/) + 1;
    const words = this.#held.slice(0, end).trim();
    this.#held = this.#held.slice(end);
    return this.#told(words);
  }

  #told(clause: string): string {
    this.#wasEnglish = isEnglish(clause) ?? this.#wasEnglish;
    return clause;
  }

  #cut(): number {
    for (const match of this.#held.matchAll(/[.!?…。！？।؟۔,;:—،、；：，]["'”’)]*/gu)) {
      const end = match.index + match[0].length;
      const mark = match[0].charAt(0);
      const next = this.#held[end];
      // A mark is an end only once a space follows: "3.5", "10:30" and addresses stay whole.
      if (!wide.test(mark) && (next === undefined || !/\s/.test(next))) continue;
      const before = this.#held.slice(0, end);
      if (mark === "." && abbreviation.test(before)) continue;
      if (ordinal.test(before) && !(isEnglish(before) ?? this.#wasEnglish)) continue;
      if (this.#isLongEnough(before, mark)) return end;
    }
    // Nobody waits for a mark that never comes.
    return this.#held.length > mostLength ? this.#held.lastIndexOf(" ", mostLength) + 1 : 0;
  }

  #isLongEnough(clause: string, mark: string): boolean {
    if (strong.test(mark)) return true;
    const words = clause.trim().split(/\s+/).length;
    if (!weak.test(mark)) return false;
    return this.#isFirst ? words >= leastWords || wide.test(mark) : clause.length >= laterLength;
  }
}
