/** What a speech-to-text provider is to a call. A second provider implements this and nothing else. */

export type HearingEvent =
  | { type: "words"; text: string }
  /** Both are measured on the sound that was sent, back from now. */
  | { type: "turn-ended"; text: string; startedAgoMs: number; endpointingMs: number }
  | { type: "fault"; message: string }
  | { type: "failed" };

export interface Hearing {
  hear(sound: Buffer): void;
  close(): void;
  readonly heardSeconds: number;
}
