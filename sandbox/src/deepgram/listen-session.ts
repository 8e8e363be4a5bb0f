/**
 * One `/v1/listen` stream: sound in, results out. A segment is what has been heard since the last final; an utterance
 * is all finals up to `speech_final`. Pure but for its inputs: time is the position in the sound.
 */
import { createHash } from "node:crypto";
import { type HeardWord, Hearing } from "./hearing.ts";
import type { ListenOptions } from "./listen-options.ts";
import { alternativeOf } from "./transcript.ts";

const interimEveryMs = 1000;
const interimAtLeastMs = 200;
/** A long utterance is given out in finals of about this length, long silence as empty ones. */
const segmentMs = 4000;

const seconds = (ms: number): number => Math.round(ms) / 1000;

interface Kind {
  isFinal: boolean;
  isSpeechFinal: boolean;
  fromFinalize: boolean;
}
const interim: Kind = { isFinal: false, isSpeechFinal: false, fromFinalize: false };

export class ListenSession {
  readonly #options: ListenOptions;
  readonly #requestId: string;
  readonly #emit: (message: object) => void;
  readonly #hearing = new Hearing();
  readonly #sha = createHash("sha256");
  #words: HeardWord[] = [];
  #segmentStartMs = 0;
  #interimAtMs = 0;
  #interimWords = 0;
  #isInUtterance = false;
  /** Words were given out as finals, and no speech_final has come yet. */
  #isOpen = false;
  /** The end of the last word, until an UtteranceEnd has told it. */
  #openWordEndMs: number | undefined;

  constructor(options: ListenOptions, requestId: string, emit: (message: object) => void) {
    this.#options = options;
    this.#requestId = requestId;
    this.#emit = emit;
  }

  hear(sound: Buffer): void {
    this.#sha.update(sound);
    for (const event of this.#hearing.push(sound)) {
      if (event.type === "speech-start") this.#speechStarted(event.atMs);
      else if (event.type === "word") {
        this.#words.push(event);
        this.#openWordEndMs = event.endMs;
      }
    }
    this.#endpoint();
    this.#interim();
    this.#utteranceEnd();
  }

  /** `Finalize`: whatever is buffered is given out now. */
  finalize(): void {
    this.#result({ isFinal: true, isSpeechFinal: true, fromFinalize: true });
    this.#isInUtterance = false;
  }

  /** The end of the stream: the last results and the summary. */
  finish(): void {
    this.#result({ isFinal: true, isSpeechFinal: this.#words.length > 0, fromFinalize: false });
    this.#emit({
      type: "Metadata",
      transaction_key: "deprecated",
      request_id: this.#requestId,
      sha256: this.#sha.digest("hex"),
      created: new Date().toISOString(),
      duration: seconds(this.#hearing.positionMs),
      channels: 1,
    });
  }

  #speechStarted(atMs: number): void {
    if (this.#isInUtterance) return;
    this.#isInUtterance = true;
    if (this.#options.hasVadEvents)
      this.#emit({ type: "SpeechStarted", channel: [0], timestamp: seconds(atMs) });
  }

  #endpoint(): void {
    const { endpointingMs } = this.#options;
    const { silenceMs, positionMs } = this.#hearing;
    if (endpointingMs !== undefined && silenceMs > 0 && silenceMs >= endpointingMs) {
      // The last words may have left already, as the final of a long segment: then an empty one ends the utterance.
      if (this.#words.length > 0 || this.#isOpen)
        this.#result({ isFinal: true, isSpeechFinal: true, fromFinalize: false });
      this.#isInUtterance = false;
    }
    if (positionMs - this.#segmentStartMs >= segmentMs && (this.#words.length > 0 || silenceMs > 0))
      this.#result({ isFinal: true, isSpeechFinal: false, fromFinalize: false });
  }

  #interim(): void {
    if (!this.#options.hasInterimResults || this.#words.length === 0) return;
    const sinceMs = this.#hearing.positionMs - this.#interimAtMs;
    const hasNews = this.#words.length > this.#interimWords;
    if (sinceMs >= (hasNews ? interimAtLeastMs : interimEveryMs)) this.#result(interim);
  }

  #utteranceEnd(): void {
    const { utteranceEndMs } = this.#options;
    if (utteranceEndMs === undefined || this.#openWordEndMs === undefined) return;
    if (this.#hearing.silenceMs === 0 || this.#hearing.positionMs - this.#openWordEndMs < utteranceEndMs)
      return;
    if (this.#words.length > 0) this.#result({ isFinal: true, isSpeechFinal: false, fromFinalize: false });
    this.#emit({ type: "UtteranceEnd", channel: [0, 1], last_word_end: seconds(this.#openWordEndMs) });
    this.#openWordEndMs = undefined;
    this.#isInUtterance = false;
    this.#isOpen = false;
  }

  #result(kind: Kind): void {
    const { positionMs } = this.#hearing;
    this.#emit({
      type: "Results",
      channel_index: [0, 1],
      duration: seconds(positionMs - this.#segmentStartMs),
      start: seconds(this.#segmentStartMs),
      is_final: kind.isFinal,
      speech_final: kind.isSpeechFinal,
      from_finalize: kind.fromFinalize,
      channel: { alternatives: [alternativeOf(this.#words, this.#options.isPunctuated)] },
      metadata: {
        request_id: this.#requestId,
        model_info: {
          name: `general-${this.#options.model}`,
          version: "2026-01-01.0",
          arch: this.#options.model,
        },
        model_uuid: "00000000-0000-4000-8000-000000000003",
        ...(Object.keys(this.#options.extra).length > 0 ? { extra: this.#options.extra } : {}),
      },
    });
    this.#interimAtMs = positionMs;
    this.#interimWords = this.#words.length;
    if (!kind.isFinal) return;
    this.#isOpen = !kind.isSpeechFinal && (this.#isOpen || this.#words.length > 0);
    this.#words = [];
    this.#interimWords = 0;
    this.#segmentStartMs = positionMs;
  }
}
