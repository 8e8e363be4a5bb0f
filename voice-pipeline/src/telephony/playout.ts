/**
 * The playout clock of one call: which sound is due, a fixed lead ahead of what the telephone plays, on an absolute
 * schedule. Pure: the time comes in. It can stop at any frame, say what was played, and go on from before.
 */

import { SpokenSound } from "./spoken-sound.ts";

export const frameBytes = 160;
export const frameMs = 20;
/** So much at its highest; at the next serving some 170 ms are left, which a busy machine's late timer does not use up. */
const leadMs = 240;
/** Once the lead is there, a single frame is not worth a write of its own. */
const leastMs = 2 * frameMs;
const bytesPerMs = 8;

export class Playout {
  readonly #sound = new SpokenSound();
  /** Bytes of this utterance that were sent. */
  #sent = 0;
  /** A run of frames without a gap: when its first was played, and where it begins in the sound. */
  #run: { at: number; fromMs: number } | null = null;
  /** How late the telephone plays, learned from marks. */
  #lagMs = 0;
  #isHeld = false;
  #isComplete = false;
  underruns = 0;

  append(sound: Buffer): void {
    this.#sound.append(sound);
  }

  complete(): void {
    this.#isComplete = true;
  }

  get receivedMs(): number {
    return this.#sound.length / bytesPerMs;
  }

  get sentMs(): number {
    return this.#sent / bytesPerMs;
  }

  get isAllSent(): boolean {
    return this.#isComplete && this.#sent >= this.#sound.length;
  }

  /** Nothing more of it is sent. */
  release(): void {
    this.#sound.release();
    this.#sent = 0;
  }

  /**
   * The sound that must leave by now, in whole frames: at once what brings the lead up, later what was played since. Null when
   * none is due. A last short frame is filled with silence.
   */
  due(now: number): Buffer | null {
    const ready = this.#isComplete ? this.#rest : Math.floor(this.#rest / frameBytes) * frameBytes;
    if (this.#isHeld || ready <= 0) return null;
    if (this.#run === null || now > this.#playedAllAt(this.#run)) {
      if (this.#run !== null) this.underruns += 1;
      this.#run = { at: now, fromMs: this.sentMs };
    }
    const aheadMs = this.#playedAllAt(this.#run) - now;
    if (aheadMs > leadMs - leastMs) return null;
    const frames = Math.floor((leadMs - aheadMs) / frameMs);
    return this.#take(Math.min(frames * frameBytes, ready));
  }

  get #rest(): number {
    return this.#sound.length - this.#sent;
  }

  /** When the telephone has played all that was sent. */
  #playedAllAt({ at, fromMs }: { at: number; fromMs: number }): number {
    return at + this.sentMs - fromMs;
  }

  /** A mark that was sent at `positionMs` has come back: all before it was played. */
  marked(positionMs: number, now: number): void {
    if (this.#run === null || positionMs <= this.#run.fromMs) return;
    const expected = this.#run.at + positionMs - this.#run.fromMs;
    this.#lagMs = Math.min(Math.max(0, now - expected), 500);
  }

  playedMs(now: number): number {
    if (this.#run === null) return this.sentMs;
    const played = this.#run.fromMs + now - this.#run.at - this.#lagMs;
    return Math.min(this.sentMs, Math.max(this.#run.fromMs, played));
  }

  /** When this place of the run is played by the schedule, however late the telephone is; never, when nothing runs. */
  playsAt(ms: number): number {
    return this.#run === null ? Number.POSITIVE_INFINITY : this.#run.at + ms - this.#run.fromMs;
  }

  hold(): void {
    this.#isHeld = true;
  }

  resume(fromMs: number): void {
    this.#sent = Math.floor(Math.min(fromMs, this.receivedMs) * bytesPerMs);
    this.#run = null;
    this.#isHeld = false;
  }

  #take(size: number): Buffer {
    const from = this.#sent;
    this.#sent += size;
    const sound = this.#sound.read(from, size);
    if (size % frameBytes === 0) return sound;
    const frames = Buffer.alloc(Math.ceil(size / frameBytes) * frameBytes, 0xff);
    sound.copy(frames);
    return frames;
  }
}
