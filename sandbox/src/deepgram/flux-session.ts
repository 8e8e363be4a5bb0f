/**
 * One Flux stream: turns instead of results. Confidence that a turn is over grows with silence, quicker after a
 * finished sentence; the thresholds decide what it means. Time is the position in the sound.
 */

import type { FluxThresholds } from "./flux-options.ts";
import { type HeardWord, Hearing } from "./hearing.ts";
import { fluxWordsOf, spokenText } from "./transcript.ts";

type TurnEvent = "Update" | "StartOfTurn" | "EagerEndOfTurn" | "TurnResumed" | "EndOfTurn";

const updateEveryMs = 250;
/** Silence after which the model would be sure: the mind of somebody who listens to what is said. */
const sureAfterMs = { finished: 430, unfinished: 1300 };
const surest = 0.99;

const seconds = (ms: number): number => Math.round(ms) / 1000;

export class FluxSession {
  thresholds: FluxThresholds;
  readonly #emit: (message: object) => void;
  readonly #hearing = new Hearing();
  #words: HeardWord[] = [];
  #turn = 0;
  #windowStartMs = 0;
  #updatedAtMs = 0;
  #isEager = false;

  constructor(thresholds: FluxThresholds, emit: (message: object) => void) {
    this.thresholds = thresholds;
    this.#emit = emit;
  }

  hear(sound: Buffer): void {
    for (const event of this.#hearing.push(sound)) {
      if (event.type === "speech-start" && this.#isEager) this.#resume();
      if (event.type !== "word") continue;
      this.#words.push(event);
      if (this.#words.length === 1) this.#tell("StartOfTurn");
    }
    if (this.#words.length === 0) return;
    if (this.#hearing.positionMs - this.#updatedAtMs >= updateEveryMs && !this.#isEager) this.#tell("Update");
    this.#judge();
  }

  /** The stream ends: an open turn ends with it. */
  finish(): void {
    if (this.#words.length > 0) this.#end("manual");
  }

  get #confidence(): number {
    const text = this.#words.at(-1)?.text ?? "";
    const sureMs = /[.!?…]["')]?$/.test(text) ? sureAfterMs.finished : sureAfterMs.unfinished;
    return Math.min(surest, this.#hearing.silenceMs / sureMs);
  }

  #judge(): void {
    const { eot_threshold: sure, eager_eot_threshold: eager, eot_timeout_ms: timeoutMs } = this.thresholds;
    const confidence = this.#confidence;
    const isTimedOut = this.#hearing.silenceMs >= timeoutMs;
    const isOver = confidence >= sure || isTimedOut;
    if (eager !== undefined && !this.#isEager && (confidence >= eager || isOver)) {
      this.#isEager = true;
      this.#tell("EagerEndOfTurn");
    }
    if (isOver) this.#end(confidence >= sure ? "model" : "timeout");
  }

  #resume(): void {
    this.#isEager = false;
    this.#tell("TurnResumed");
  }

  #end(trigger: "model" | "manual" | "timeout"): void {
    this.#tell("EndOfTurn", { trigger });
    this.#turn += 1;
    this.#words = [];
    this.#isEager = false;
    this.#windowStartMs = this.#hearing.positionMs;
  }

  #tell(event: TurnEvent, more: object = {}): void {
    this.#updatedAtMs = this.#hearing.positionMs;
    this.#emit({
      type: "TurnInfo",
      event,
      turn_index: this.#turn,
      audio_window_start: seconds(this.#windowStartMs),
      audio_window_end: seconds(this.#hearing.positionMs),
      transcript: spokenText(this.#words),
      words: fluxWordsOf(this.#words),
      end_of_turn_confidence: Math.round(this.#confidence * 1000) / 1000,
      ...more,
    });
  }
}
