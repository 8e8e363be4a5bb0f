/** The persona's mouth on one stream: sound in, paced frames and marks out, and what of it was heard. */
import { type CharTimes, Heard } from "../speaking/heard.ts";
import { Playout } from "./playout.ts";
import type { twilioWriter } from "./twilio.ts";

const lateMarkMs = 1_500;

export interface SpeakerEvents {
  frameSent(utterance: number): void;
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
  /** Where pieces of sound end, in milliseconds of the utterance: each gets a mark. */
  #ends: number[] = [];
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
    if (utterance !== this.#utterance) this.#begin(utterance);
    if (times) this.#heard.add(times, this.#playout.receivedMs);
    this.#playout.append(sound);
    this.#ends.push(this.#playout.receivedMs);
  }

  complete(utterance: number): void {
    if (utterance === this.#utterance) this.#playout.complete();
  }

  /** Stops at once, empties Twilio's buffer and says what was heard. */
  hold(now: number): string {
    this.#heldMs = this.#playout.playedMs(now);
    this.#playout.hold();
    this.#generation += 1;
    this.#endMarkedAt = null;
    this.#send(this.#write.clear());
    return this.#heard.textAt(this.#heldMs);
  }

  /** Goes on from the start of the word that was cut. */
  resume(): void {
    if (this.#heldMs !== null) this.#playout.resume(this.#heard.wordStart(this.#heldMs));
    this.#heldMs = null;
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
    for (const frame of this.#playout.due(now)) {
      this.#send(this.#write.media(frame));
      this.#on.frameSent(this.#utterance);
    }
    const sentMs = this.#playout.sentMs;
    while (this.#ends[0] !== undefined && this.#ends[0] <= sentMs && !this.#playout.isAllSent)
      this.#mark(this.#ends.shift() ?? 0, "part");
    if (this.#playout.isAllSent && this.#utterance !== 0) {
      if (this.#endMarkedAt === null) {
        this.#endMarkedAt = now;
        this.#mark(sentMs, "end");
      } else if (now - this.#endMarkedAt > lateMarkMs) this.#end();
    }
  }

  #mark(positionMs: number, kind: "part" | "end"): void {
    this.#send(this.#write.mark(`${this.#generation}:${positionMs}:${kind}`));
  }

  #end(): void {
    const utterance = this.#utterance;
    this.#begin(0);
    if (utterance !== 0) this.#on.played(utterance);
  }

  #begin(utterance: number): void {
    if (this.#playout.underruns > 0) this.#on.underrun(this.#playout.underruns);
    this.#utterance = utterance;
    this.#playout = new Playout();
    this.#heard = new Heard();
    this.#ends = [];
    this.#generation += 1;
    this.#endMarkedAt = null;
    this.#heldMs = null;
  }
}
