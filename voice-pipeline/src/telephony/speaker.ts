/** The persona's mouth on one stream: sound in, paced frames and marks out, and what of it was heard. */
import { type CharTimes, Heard } from "../speaking/heard.ts";
import { Playout } from "./playout.ts";
import type { twilioWriter } from "./twilio.ts";

const lateMarkMs = 1_500;
/** After so much sound a mark teaches how late the telephone plays. */
const marksApartMs = 400;

export interface SpeakerEvents {
  /** Whole frames; `playsAt` is when the telephone plays them, unless they are cleared before. */
  soundSent(utterance: number, sound: Buffer, playsAt: number): void;
  /** What was to be played from this moment on never is. */
  cleared(from: number): void;
  played(utterance: number): void;
  /** The sound of an utterance did not come in time, this often. */
  underrun(times: number): void;
}

export class Speaker {
  readonly #write: ReturnType<typeof twilioWriter>;
  readonly #send: (text: string) => void;
  readonly #on: SpeakerEvents;
  #utterance = 0;
  #playout = new Playout();
  #heard = new Heard();
  /** Where the last mark stands in the utterance. */
  #markedMs = 0;
  /** Grows at each clear, so that the marks which a clear gives back are known for what they are. */
  #generation = 0;
  #endMarkedAt: number | null = null;
  #heldMs: number | null = null;

  constructor(write: ReturnType<typeof twilioWriter>, send: (text: string) => void, on: SpeakerEvents) {
    this.#write = write;
    this.#send = send;
    this.#on = on;
  }

  add(utterance: number, sound: Buffer, times: CharTimes | null): void {
    if (utterance !== this.#utterance) {
      const isAwaited = this.#utterance === 0 && this.#heldMs !== null;
      this.#begin(utterance);
      if (isAwaited) this.#holdFirst();
    }
    if (times) this.#heard.add(times, this.#playout.receivedMs);
    this.#playout.append(sound);
  }

  /** Answers whether there is anything to play: of an utterance without a sound no end is ever told. */
  complete(utterance: number): boolean {
    if (utterance !== this.#utterance) return false;
    this.#playout.complete();
    return true;
  }

  /** Stops at once, empties Twilio's buffer and says what was heard. An utterance without a byte yet is held from its first. */
  hold(now: number): string {
    this.#heldMs = this.#playout.playedMs(now);
    this.#on.cleared(this.#playout.playsAt(this.#heldMs));
    this.#playout.hold();
    this.#generation += 1;
    this.#endMarkedAt = null;
    if (this.#utterance !== 0) this.#send(this.#write.clear());
    return this.#heard.textAt(this.#heldMs);
  }

  /** Goes on from the start of the word that was cut. */
  resume(): void {
    if (this.#heldMs !== null) this.#playout.resume(this.#heard.wordStart(this.#heldMs));
    this.#heldMs = null;
    this.#markedMs = this.#playout.sentMs;
  }

  drop(): void {
    this.#begin(0);
  }

  heardNow(now: number): string {
    return this.#heard.textAt(this.#playout.playedMs(now));
  }

  marked(name: string, now: number): void {
    const [generation, position, kind] = name.split(":");
    if (Number(generation) !== this.#generation) return;
    this.#playout.marked(Number(position), now);
    if (kind === "end") this.#end();
  }

  tick(now: number): void {
    // Its buffer is empty: a mark would come back at once, as if all had been played.
    if (this.#heldMs !== null) return;
    const from = this.#playout.sentMs;
    const sound = this.#playout.due(now);
    if (sound) {
      this.#send(this.#write.media(sound));
      this.#on.soundSent(this.#utterance, sound, this.#playout.playsAt(from));
    }
    if (!this.#playout.isAllSent || this.#utterance === 0) {
      if (this.#playout.sentMs - this.#markedMs >= marksApartMs) this.#mark("part");
    } else if (this.#endMarkedAt === null) {
      this.#endMarkedAt = now;
      this.#mark("end");
    } else if (now - this.#endMarkedAt > lateMarkMs) this.#end();
  }

  #holdFirst(): void {
    this.#heldMs = 0;
    this.#playout.hold();
  }

  #mark(kind: "part" | "end"): void {
    this.#markedMs = this.#playout.sentMs;
    this.#send(this.#write.mark(`${this.#generation}:${this.#markedMs}:${kind}`));
  }

  #end(): void {
    const utterance = this.#utterance;
    this.#begin(0);
    if (utterance !== 0) this.#on.played(utterance);
  }

  #begin(utterance: number): void {
    if (this.#playout.underruns > 0) this.#on.underrun(this.#playout.underruns);
    this.#playout.release();
    this.#utterance = utterance;
    this.#playout = new Playout();
    this.#heard = new Heard();
    this.#markedMs = 0;
    this.#generation += 1;
    this.#endMarkedAt = null;
    this.#heldMs = null;
  }
}
