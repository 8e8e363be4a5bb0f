/**
 * What has been heard so far on one line: words, and how long it has been quiet. Only the sound that arrived counts,
 * and only its own length is time.
 */
import { type RecognizedEvent, Recognizer } from "../speech/recognizer.ts";

export type HeardWord = Extract<RecognizedEvent, { type: "word" }>;

const bytesPerMs = 8;

export class Hearing {
  readonly #recognizer = new Recognizer();
  #bytes = 0;
  #isSpeaking = false;
  #quietSinceMs = 0;

  /** How much sound there was. */
  get positionMs(): number {
    return this.#bytes / bytesPerMs;
  }

  /** How long nobody has spoken; 0 while somebody does. */
  get silenceMs(): number {
    return this.#isSpeaking ? 0 : Math.max(0, this.positionMs - this.#quietSinceMs);
  }

  push(sound: Buffer): RecognizedEvent[] {
    this.#bytes += sound.length;
    const events = this.#recognizer.push(sound);
    for (const event of events) {
      if (event.type === "speech-start") this.#isSpeaking = true;
      else if (event.type === "silence") {
        this.#isSpeaking = false;
        this.#quietSinceMs = event.sinceMs;
      }
    }
    return events;
  }
}
