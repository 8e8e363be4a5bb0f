/** One utterance on its way through the voice: what was asked for, and what of it has come as sound. Pure. */
import type { VoiceMessage } from "./eleven-labs-wire.ts";
import { letters, unspoken } from "./unspoken.ts";
import { type Piece, WholeWords } from "./whole-words.ts";

const mostRestarts = 5;
/** Providers leave out a mark here and there. */
const tolerance = 0.05;
const leastTolerance = 3;

export class SpokenUtterance {
  readonly id: number;
  isFinished = false;
  #clauses: string[] = [];
  #words = new WholeWords();
  /** Letters that came, and how many of them were passed on. */
  #came = 0;
  #passed = 0;
  #last: Buffer | null = null;
  #restarts = 0;

  constructor(id: number) {
    this.id = id;
  }

  add(clause: string): void {
    this.#clauses.push(clause);
  }

  get isAllThere(): boolean {
    const all = letters(this.#clauses.join(""));
    return all - this.#came <= Math.max(leastTolerance, all * tolerance);
  }

  /** The sound to pass on; null when it came before. */
  take({ sound, times }: VoiceMessage): Piece | null {
    if (!sound) return null;
    const came = times?.chars.join("").replace(/\s+/g, "") ?? "";
    const due = this.#clauses
      .join("")
      .replace(/\s+/g, "")
      .slice(this.#came, this.#came + came.length);
    if (this.#last?.equals(sound) && (!times || came !== due)) return null;
    this.#last = sound;
    // Without times it is not known how much of the text this is: all of it, then.
    this.#came = times ? this.#came + came.length : letters(this.#clauses.join(""));
    return this.#pass(this.#words.push({ sound, times }, this.isAllThere));
  }

  /** The end of a word that was held back. */
  flush(): Piece | null {
    const rest = this.#words.flush();
    return rest && this.#pass(rest);
  }

  /** A provider whose letters never fit ours must not be asked for ever. */
  get canRestart(): boolean {
    return this.#restarts < mostRestarts;
  }

  /** The connection broke: what the next one must say. */
  restart(): string[] {
    this.#restarts += 1;
    const rest = unspoken(this.#clauses, this.#passed);
    this.#clauses = [...rest];
    this.#words = new WholeWords();
    [this.#came, this.#passed, this.#last] = [0, 0, null];
    return rest;
  }

  #pass(piece: Piece): Piece {
    this.#passed = piece.times
      ? this.#passed + letters(piece.times.chars.join(""))
      : letters(this.#clauses.join(""));
    return piece;
  }
}
