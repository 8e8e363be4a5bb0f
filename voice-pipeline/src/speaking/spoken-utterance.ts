/** One utterance on its way through the voice: what was asked for, and what of it has come as sound. Pure. */
import { crc32 } from "node:zlib";
import type { VoiceMessage } from "./eleven-labs-wire.ts";
import type { CharTimes } from "./heard.ts";
import { bytesPerMs, mostSound, msPerCharacter, timesByPace } from "./pace.ts";
import { afterLetters, lettersOf, unspoken } from "./unspoken.ts";
import { type Piece, WholeWords } from "./whole-words.ts";

const mostRestarts = 5;
/** Providers leave out a mark here and there. */
const tolerance = 0.05;
const leastTolerance = 3;
/** By the usual pace alone it is not known any better. */
const toleranceByPace = 0.5;

export class SpokenUtterance {
  readonly id: number;
  isFinished = false;
  #clauses: string[] = [];
  /** All letters of the clauses. */
  #letters = "";
  #words = new WholeWords();
  /** Letters that came, and how many of them were passed on. */
  #came = 0;
  #passed = 0;
  #bytes = 0;
  #isByPace = false;
  /** A checksum of the last piece: the sound itself would be kept in memory until the next one comes. */
  #last: number | null = null;
  #restarts = 0;

  constructor(id: number) {
    this.id = id;
  }

  add(clause: string): void {
    this.#clauses.push(clause);
    this.#letters += lettersOf(clause);
  }

  get isAllThere(): boolean {
    const all = this.#letters.length;
    return all - this.#came <= Math.max(leastTolerance, all * (this.#isByPace ? toleranceByPace : tolerance));
  }

  /** The provider says that all has come. Of what came without times it must be believed. */
  get isWhole(): boolean {
    return this.isAllThere || this.#isByPace;
  }

  /** No text is so long: what comes is something else. */
  get isOverlong(): boolean {
    return this.#bytes > mostSound(this.#letters.length);
  }

  /** Nothing more is wanted of what was asked for so far. */
  skipRest(): void {
    [this.#came, this.#passed, this.#bytes] = [this.#letters.length, this.#letters.length, 0];
  }

  /** The sound to pass on; null when it came before, or is too much. */
  take({ sound, times }: VoiceMessage): Piece | null {
    if (!sound) return null;
    const came = times && lettersOf(times.chars.join(""));
    const due = this.#letters.slice(this.#came, this.#came + (came?.length ?? 0));
    const sum = crc32(sound);
    if (sum === this.#last && came !== due) return null;
    this.#last = sum;
    this.#bytes += sound.length;
    if (this.isOverlong) return null;
    this.#isByPace ||= times === null;
    const known = times ?? this.#byPace(sound);
    this.#came += came?.length ?? lettersOf(known.chars.join("")).length;
    return this.#pass(this.#words.push({ sound, times: known }, this.isAllThere));
  }

  /** The end of a word that was held back. */
  flush(): Piece | null {
    const held = this.#words.flush();
    return held && this.#pass(held);
  }

  /** A provider whose letters never fit ours must not be asked for ever. */
  get canRestart(): boolean {
    return this.#restarts < mostRestarts;
  }

  /** The connection broke: what the next one must say. */
  restart(): string[] {
    this.#restarts += 1;
    const left = unspoken(this.#clauses, this.#passed);
    this.#clauses = [...left];
    this.#letters = lettersOf(left.join(""));
    this.#words = new WholeWords();
    [this.#came, this.#passed, this.#bytes, this.#last] = [0, 0, 0, null];
    return left;
  }

  #byPace(sound: Buffer): CharTimes {
    const characters = Math.round(sound.length / bytesPerMs / msPerCharacter);
    const left = afterLetters(`${this.#clauses.join(" ")} `, this.#came).trimStart();
    return timesByPace([...left].slice(0, characters).join(""));
  }

  #pass(piece: Piece): Piece {
    this.#passed += lettersOf(piece.times?.chars.join("") ?? "").length;
    return piece;
  }
}
