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
const noTimes: CharTimes = { chars: [], startMs: [], durationMs: [] };

/** Times from after their first so many letters on. */
const timesAfter = (times: CharTimes, letters: number): CharTimes => {
  if (letters <= 0) return times;
  let from = 0;
  for (let left = letters; left > 0 && from < times.chars.length; from += 1)
    left -= lettersOf(times.chars[from] ?? "").length;
  const { chars, startMs, durationMs } = times;
  return { chars: chars.slice(from), startMs: startMs.slice(from), durationMs: durationMs.slice(from) };
};

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
  /** Where the letters of the next piece with times begin; null until one had any. */
  #timedTo: number | null = null;
  /** Where what was asked of the present connection begins. */
  #from = 0;
  #bytes = 0;
  #hasSounded = false;
  /** Letters that came are an estimate. */
  #isByPace = false;
  #isUntimed = false;
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

  /** Sound of what is asked for now was passed on. */
  get hasSounded(): boolean {
    return this.#hasSounded;
  }

  get isAllThere(): boolean {
    const all = this.#letters.length;
    if (all > 0 && !this.#hasSounded) return false;
    return all - this.#came <= Math.max(leastTolerance, all * (this.#isByPace ? toleranceByPace : tolerance));
  }

  /** The provider says that all has come. Of what came without times it must be believed. */
  get isWhole(): boolean {
    return this.isAllThere || this.#isUntimed;
  }

  /** No text is so long: what comes is something else. */
  get isOverlong(): boolean {
    return this.#bytes > mostSound(this.#letters.length);
  }

  /** Nothing more is wanted of what was asked for so far. */
  skipRest(): void {
    const all = this.#letters.length;
    [this.#came, this.#passed, this.#from, this.#bytes] = [all, all, all, 0];
    this.#timedTo = null;
  }

  /** The sound to pass on; null when it came before, or is too much. */
  take({ sound, times }: VoiceMessage): Piece | null {
    if (!sound) return null;
    const given = times && lettersOf(times.chars.join(""));
    const at = this.#timedTo ?? this.#came;
    const due = this.#letters.slice(at, at + (given?.length ?? 0));
    const sum = crc32(sound);
    if (sum === this.#last && given !== due) return null;
    this.#last = sum;
    this.#bytes += sound.length;
    if (this.isOverlong) return null;
    this.#hasSounded = true;
    this.#isUntimed ||= times === null;
    const known = times ? this.#timed(times, given ?? "") : this.#untimed(sound);
    this.#came += lettersOf(known.chars.join("")).length;
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
    [this.#came, this.#passed, this.#from, this.#bytes] = [0, 0, 0, 0];
    [this.#timedTo, this.#last] = [null, null];
    [this.#hasSounded, this.#isByPace, this.#isUntimed] = [false, false, false];
    return left;
  }

  /**
   * Each letter counts once. Those of sound that had no times were counted by its pace, and the times that follow may begin
   * before it.
   */
  #timed(times: CharTimes, given: string): CharTimes {
    if (given === "") return times;
    if (this.#timedTo === null) {
      const isAnew = this.#letters.startsWith(given, this.#from);
      this.#timedTo = isAnew ? this.#from : this.#came;
      if (isAnew) this.#isByPace = false;
    }
    const known = timesAfter(times, this.#came - this.#timedTo);
    this.#timedTo += given.length;
    return known;
  }

  /** Where other pieces carry times, the letters of this one are among theirs. */
  #untimed(sound: Buffer): CharTimes {
    if (this.#timedTo !== null) return noTimes;
    this.#isByPace = true;
    return this.#byPace(sound);
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
