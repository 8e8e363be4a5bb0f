/**
 * Twilio's end of one stream, and all that can be wrong with it. What comes in is in order, once, of this stream and no faster
 * than people speak; the rest is counted and left out. What goes out waits for a slow line only so long. A line that floods,
 * stalls or is silent (Twilio sends frames even when nobody speaks) is dropped.
 */
import { Bucket } from "./bucket.ts";
import type { StreamSocket } from "./stream-socket.ts";
import { servedEveryMs } from "./ticker.ts";
import { readTwilio, type TwilioEvent, textOf } from "./twilio.ts";

export type LineTrouble =
  | "malformed"
  | "foreign"
  | "unexpected"
  | "doubled"
  | "too_fast"
  | "flood"
  | "stalled"
  | "dead";
type Start = TwilioEvent & { type: "start" };

export interface LineEvents {
  /** Runs the reading of a message, so that a bug in it is traced to this stream. */
  inScope(work: () => void): void;
  start(event: Start): void;
  sound(sound: Buffer): void;
  digit(digit: string): void;
  mark(name: string): void;
  stop(): void;
  /** Something was left out, or the line dropped. */
  trouble(what: LineTrouble): void;
}

/** Of any message: three times what a call brings, and what a stalled network lets through at once. */
const messagesPerSecond = 200;
const mostMessages = 2_000;
/** Sound in milliseconds; it cannot come faster than it is spoken, but for what the network held back. */
const mostSoundMs = 10_000;
/** A key's tone and the pause after it take 80 ms. */
const digitsPerSecond = 12;
const mostDigits = 30;
/** Numbers of frames that may be missing; a greater leap is a broken number, not a loss. */
const greatestLeap = 3_000;
const bytesPerMs = 8;
/** Ten seconds of frames that the network does not take. */
const mostUnsentBytes = 150_000;
const deadMs = 10_000;

export class Line {
  readonly #socket: StreamSocket;
  readonly #on: LineEvents;
  readonly #now: () => number;
  readonly #messages = new Bucket(messagesPerSecond, mostMessages);
  readonly #sound = new Bucket(1_000, mostSoundMs);
  readonly #digits = new Bucket(digitsPerSecond, mostDigits);
  #own: string | null = null;
  #chunk = 0;
  #quietMs = 0;
  #isOver = false;

  constructor(socket: StreamSocket, on: LineEvents, now: () => number = () => performance.now()) {
    this.#socket = socket;
    this.#on = on;
    this.#now = now;
    socket.onMessage = (data, isBinary) => on.inScope(() => this.#receive(isBinary ? null : data));
    socket.onBroken = () => on.trouble("malformed");
  }

  send(text: string): void {
    if (this.#isOver || !this.#socket.isOpen) return;
    if (this.#socket.bufferedAmount > mostUnsentBytes) this.#drop("stalled");
    else this.#socket.send(text);
  }

  /** To be called by the process's ticker: a clock that stands still with the process does not call a line dead. */
  tick(): void {
    this.#quietMs += servedEveryMs;
    if (this.#quietMs > deadMs) this.#drop("dead");
  }

  close(code: number): void {
    this.#isOver = true;
    this.#socket.close(code);
  }

  #drop(why: LineTrouble): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#on.trouble(why);
    this.#socket.terminate();
  }

  #receive(data: Buffer | null): void {
    if (this.#isOver) return;
    this.#quietMs = 0;
    const now = this.#now();
    if (!this.#messages.take(1, now)) this.#drop("flood");
    else if (data === null) this.#on.trouble("malformed");
    else {
      const text = textOf(data);
      if (this.#isOwn(text)) this.#pass(readTwilio(text), now);
      else this.#on.trouble("foreign");
    }
  }

  /** Twilio names the stream at a message's end; who names it elsewhere is searched through. */
  #isOwn(text: string): boolean {
    const own = this.#own;
    return own === null || text.endsWith(own, text.length - 1) || text.includes(own);
  }

  #pass(event: TwilioEvent, now: number): void {
    const { trouble } = this.#on;
    if (event.type === "malformed") trouble("malformed");
    else if (event.type === "connected") return;
    else if (event.type === "start") {
      if (this.#own === null) this.#begin(event);
      else trouble("unexpected");
    } else if (this.#own === null) trouble("unexpected");
    else if (event.type === "media") this.#hear(event, now);
    else if (event.type === "mark") this.#on.mark(event.name);
    else if (event.type === "dtmf") {
      if (this.#digits.take(1, now)) this.#on.digit(event.digit);
      else trouble("too_fast");
    } else {
      this.#isOver = true;
      this.#on.stop();
    }
  }

  #begin(event: Start): void {
    this.#own = JSON.stringify(event.streamSid);
    this.#on.start(event);
  }

  #hear({ chunk, sound }: TwilioEvent & { type: "media" }, now: number): void {
    const { trouble } = this.#on;
    if (chunk !== null && chunk <= this.#chunk) trouble("doubled");
    else if (chunk !== null && chunk > this.#chunk + greatestLeap) trouble("malformed");
    else if (!this.#sound.take(sound.length / bytesPerMs, now)) trouble("too_fast");
    else {
      if (chunk !== null) this.#chunk = chunk;
      this.#on.sound(sound);
    }
  }
}
