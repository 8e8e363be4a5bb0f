/**
 * Acts out a script, 20 ms at a time: it waits for the persona, speaks, is silent, makes noise, presses digits. Its
 * clock is the sound itself, so it does the same each time that it hears the same.
 */
import { beep } from "../speech/beep.ts";
import { decoded } from "../speech/mu-law.ts";
import { speak } from "../speech/speak.ts";
import type { Step } from "./script.ts";

export interface ScriptActions {
  said(text: string): void;
  /** The last sound of what was said has left. */
  finished(): void;
  pressed(digit: string): void;
  hangUp(): void;
}

const frameMs = 20;
const frameBytes = 160;
const audible = 1_500;
/** How long a person waits to be sure that the other has finished. */
const politePauseMs = 700;
/** When the other never says a word, a person speaks all the same. */
const patienceMs = 12_000;
const betweenDigitsMs = 200;

const silence = Buffer.alloc(frameBytes, 0xff);

export class ScriptPlayer {
  readonly #steps: Step[];
  readonly #actions: ScriptActions;
  #outgoing: Buffer = Buffer.alloc(0);
  #nowMs = 0;
  #stepSinceMs = 0;
  /** Since when the persona speaks, and when it was last heard; forgotten when this handset has spoken. */
  #personaSinceMs: number | undefined;
  #personaHeardMs: number | undefined;
  #spokeUntilMs = 0;
  #noiseState = 7;

  constructor(steps: readonly Step[], actions: ScriptActions) {
    this.#steps = [...steps];
    this.#actions = actions;
  }

  /** Speaks now, after what it is already saying. */
  say(text: string): void {
    this.#actions.said(text);
    this.#send(speak(text).audio);
  }

  press(digits: string): void {
    for (const digit of digits) this.#actions.pressed(digit);
  }

  /** Takes the 20 ms that were played to the handset, gives the 20 ms that it says. */
  tick(played: Buffer): Buffer {
    this.#nowMs += frameMs;
    this.#listen(played);
    if (this.#outgoing.length === 0) this.#act();
    if (this.#outgoing.length === 0) return silence;
    const frame = Buffer.alloc(frameBytes, 0xff);
    const taken = this.#outgoing.copy(frame, 0, 0, frameBytes);
    this.#outgoing = this.#outgoing.subarray(taken);
    if (this.#outgoing.length === 0) this.#finishSound();
    return frame;
  }

  #listen(played: Buffer): void {
    if (!played.some((byte) => Math.abs(decoded[byte] ?? 0) >= audible)) return;
    const isPause = this.#personaHeardMs === undefined || this.#nowMs - this.#personaHeardMs > politePauseMs;
    if (isPause) this.#personaSinceMs = this.#nowMs;
    this.#personaHeardMs = this.#nowMs;
  }

  #finishSound(): void {
    this.#spokeUntilMs = this.#nowMs;
    this.#actions.finished();
    this.#personaSinceMs = undefined;
    this.#personaHeardMs = undefined;
  }

  #next(): void {
    this.#steps.shift();
    this.#stepSinceMs = this.#nowMs;
  }

  #act(): void {
    const step = this.#steps[0];
    if (step === undefined) return;
    if ("say" in step) {
      if (!this.#isMyTurn()) return;
      this.#next();
      this.say(step.say);
    } else if ("interrupt" in step) {
      if (!this.#isSpeakingFor(step.afterMs)) return;
      this.#next();
      this.say(step.interrupt);
    } else if ("announce" in step) {
      this.#next();
      this.say(step.announce);
    } else if ("silenceMs" in step) {
      if (this.#nowMs - this.#stepSinceMs >= step.silenceMs) this.#next();
    } else if ("noiseMs" in step) {
      if (step.afterMs !== undefined && !this.#isSpeakingFor(step.afterMs)) return;
      this.#next();
      this.#send(this.#noise(step.noiseMs));
    } else if ("beepMs" in step) {
      this.#next();
      this.#send(beep(step.beepMs));
    } else if ("digits" in step) {
      this.#next();
      this.press(step.digits.slice(0, 1));
      const rest = step.digits.slice(1);
      if (rest !== "") this.#steps.unshift({ silenceMs: betweenDigitsMs }, { digits: rest });
    } else {
      this.#steps.length = 0;
      this.#actions.hangUp();
    }
  }

  #isMyTurn(): boolean {
    if (this.#personaHeardMs === undefined)
      return this.#nowMs - Math.max(this.#spokeUntilMs, this.#stepSinceMs) >= patienceMs;
    return this.#nowMs - this.#personaHeardMs >= politePauseMs;
  }

  #isSpeakingFor(ms: number): boolean {
    return this.#personaSinceMs !== undefined && this.#nowMs - this.#personaSinceMs >= ms;
  }

  #send(sound: Buffer): void {
    this.#outgoing = Buffer.concat([this.#outgoing, sound]);
  }

  /** The same noise each time, loud, without any tone. */
  #noise(ms: number): Buffer {
    return Buffer.from(
      Uint8Array.from({ length: ms * 8 }, () => {
        this.#noiseState = (Math.imul(this.#noiseState, 1_103_515_245) + 12_345) >>> 0;
        return this.#noiseState >>> 24;
      }),
    );
  }
}
