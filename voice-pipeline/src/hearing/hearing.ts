/** What a speech-to-text provider is to a call. A second provider implements this and nothing else. */

/** Both are measured on the sound that was heard, back from now. */
interface TurnTimes {
  startedAgoMs: number;
  endpointingMs: number;
}

export type HearingEvent =
  | { type: "words"; text: string }
  /** The turn may be over: it ends soon with these words, or is resumed. Not every model tells. */
  | ({ type: "eager-turn"; text: string } & TurnTimes)
  | { type: "turn-resumed" }
  /** Without text when the words that were told came to nothing: nobody said them. */
  | ({ type: "turn-ended"; text: string } & TurnTimes)
  /** What is said now is kept and understood later, or not at all. */
  | { type: "away" | "back" }
  | { type: "fault"; message: string }
  | { type: "failed" };

export interface Hearing {
  /** @param isSpeech whether the sound itself is loud as speech is, whatever its words */
  hear(sound: Buffer, isSpeech: boolean): void;
  close(): void;
  readonly heardSeconds: number;
}
