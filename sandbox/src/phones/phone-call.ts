/** One call at the handset's end: what it hears in the sound that it is played, and what it says. */
import { Recognizer } from "../speech/recognizer.ts";
import type { Step } from "./script.ts";
import { type ScriptActions, ScriptPlayer } from "./script-player.ts";

export type PhoneCallState =
  | "ringing"
  | "in-progress"
  | "completed"
  | "busy"
  | "no-answer"
  | "canceled"
  | "failed";

/** The telephone network, as a handset sees it. */
export interface Line {
  readonly sid: string;
  readonly from: string;
  answer(): void;
  refuse(reason: "busy" | "decline"): void;
  hangUp(): void;
  press(digit: string): void;
}

export interface Utterance {
  at: string;
  /** When its last sound left; only of what this handset said. */
  until?: string;
  text: string;
}

export type PhoneCallEvent =
  | { type: "state"; state: PhoneCallState }
  | { type: "heard" | "said"; at: string; text: string }
  | { type: "played"; sound: Buffer };

/** A microphone's sound waits until there is this much of it, so that a late frame tears no hole (60 ms) … */
const cushionBytes = 480;
/** … and what waits longer than this is let go: a late voice is worse than a gap (300 ms). */
const mostLateBytes = 2_400;

/** A longer pause begins a new utterance. */
const utterancePauseMs = 600;

export class PhoneCall {
  readonly line: Line;
  readonly heard: Utterance[] = [];
  readonly said: Utterance[] = [];
  readonly changes: { at: string; state: PhoneCallState }[] = [
    { at: new Date().toISOString(), state: "ringing" },
  ];
  readonly #recognizer = new Recognizer();
  readonly #player: ScriptPlayer;
  readonly #tell: (event: PhoneCallEvent) => void;
  #answeredAt = 0;
  #heardUntilMs = Number.NEGATIVE_INFINITY;
  #microphone: Buffer = Buffer.alloc(0);
  #isMicrophoneFlowing = false;

  constructor(line: Line, script: readonly Step[], tell: (event: PhoneCallEvent) => void) {
    this.line = line;
    this.#tell = tell;
    const actions: ScriptActions = {
      said: (text) => {
        const utterance = { at: new Date().toISOString(), text };
        this.said.push(utterance);
        tell({ type: "said", ...utterance });
      },
      finished: () => {
        const last = this.said.at(-1);
        if (last) last.until ??= new Date().toISOString();
      },
      pressed: (digit) => line.press(digit),
      hangUp: () => line.hangUp(),
    };
    this.#player = new ScriptPlayer(script, actions);
  }

  get state(): PhoneCallState {
    return this.changes.at(-1)?.state ?? "ringing";
  }

  get isAlive(): boolean {
    return this.state === "ringing" || this.state === "in-progress";
  }

  change(state: PhoneCallState): void {
    this.changes.push({ at: new Date().toISOString(), state });
    if (state === "in-progress") this.#answeredAt = Date.now();
    this.#tell({ type: "state", state });
  }

  say(text: string): void {
    this.#player.say(text);
  }

  press(digits: string): void {
    this.#player.press(digits);
  }

  /** Sound of a live handset's microphone. */
  speakInto(sound: Buffer): void {
    this.#microphone = Buffer.concat([this.#microphone, sound]).subarray(-mostLateBytes);
    if (this.#microphone.length >= cushionBytes) this.#isMicrophoneFlowing = true;
  }

  /** 20 ms of the call: hears what is played, gives what it says. */
  tick(played: Buffer): Buffer {
    for (const event of this.#recognizer.push(played)) {
      if (event.type === "word") this.#hear(event.text, event.startMs, event.endMs);
    }
    this.#tell({ type: "played", sound: played });
    const spoken = this.#player.tick(played);
    if (this.#microphone.length < played.length) this.#isMicrophoneFlowing = false;
    if (!this.#isMicrophoneFlowing) return spoken;
    const frame = this.#microphone.subarray(0, played.length);
    this.#microphone = this.#microphone.subarray(played.length);
    return frame;
  }

  #hear(text: string, startMs: number, endMs: number): void {
    const at = new Date(this.#answeredAt + startMs).toISOString();
    const last = this.heard.at(-1);
    if (last !== undefined && startMs - this.#heardUntilMs < utterancePauseMs) last.text += ` ${text}`;
    else this.heard.push({ at, text });
    this.#heardUntilMs = endMs;
    this.#tell({ type: "heard", at, text });
  }
}
