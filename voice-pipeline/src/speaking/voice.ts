/** What a text-to-speech provider is to a call. A second provider implements this and nothing else. */
import type { CharTimes } from "./heard.ts";

export interface VoiceEvents {
  /** Sound of an utterance, in order; with the times of its characters from its own start, where they are known. */
  audio(utterance: number, sound: Buffer, times: CharTimes | null): void;
  /** All of a finished utterance has come. */
  complete(utterance: number): void;
  fault(message: string): void;
  /** It cannot speak any more, and `unspoken` of the current utterance has not come as sound. */
  failed(unspoken: string[]): void;
}

/** One utterance at a time: the words of a second are not asked for before the first is finished or dropped. */
export interface Voice {
  say(utterance: number, text: string): void;
  finish(utterance: number): void;
  drop(utterance: number): void;
  close(): void;
  /** Asked for so far, for the bill. */
  readonly characters: number;
}
