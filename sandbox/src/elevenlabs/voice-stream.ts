/**
 * One stream of speech (a socket's only one, or a context's): texts in, pieces of sound out, in order, at the pace of a
 * generator that is faster than life. A stopped stream says nothing more.
 */
import { type SoundChunk, soundChunks } from "./sound-chunks.ts";

export interface GenerationPace {
  /** From asking to the first byte. */
  firstByteMs: number;
  /** How many times faster than life sound is made; Infinity: all at once. */
  speed: number;
}

type Job = { text: string } | { done: () => void };

export class VoiceStream {
  readonly #pace: () => GenerationPace;
  readonly #emit: (chunk: SoundChunk) => void;
  readonly #jobs: Job[] = [];
  #timer: NodeJS.Timeout | undefined;
  #pieces: SoundChunk[] = [];
  #isStopped = false;

  constructor(pace: () => GenerationPace, emit: (chunk: SoundChunk) => void) {
    this.#pace = pace;
    this.#emit = emit;
  }

  say(text: string): void {
    if (/\S/.test(text)) this.#enqueue({ text });
  }

  /** Calls back once all that was said before is out. */
  finish(done: () => void): void {
    this.#enqueue({ done });
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#jobs.length = 0;
    this.#pieces = [];
  }

  #enqueue(job: Job): void {
    this.#jobs.push(job);
    if (this.#timer === undefined && this.#pieces.length === 0) this.#next();
  }

  #next(): void {
    const job = this.#jobs.shift();
    if (job === undefined || this.#isStopped) return;
    if ("done" in job) {
      job.done();
      this.#next();
      return;
    }
    const { firstByteMs } = this.#pace();
    const start = () => {
      this.#timer = undefined;
      this.#pieces = soundChunks(job.text);
      this.#sendPieces();
    };
    if (firstByteMs > 0) this.#timer = setTimeout(start, firstByteMs);
    else start();
  }

  #sendPieces(): void {
    const { speed } = this.#pace();
    for (let piece = this.#pieces.shift(); piece !== undefined; piece = this.#pieces.shift()) {
      this.#emit(piece);
      if (this.#isStopped) return;
      const makingMs = piece.durationMs / speed;
      if (makingMs < 1 || this.#pieces.length === 0) continue;
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#sendPieces();
      }, makingMs);
      return;
    }
    this.#next();
  }
}
