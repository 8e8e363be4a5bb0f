/** What a model's messages mean for turns. Times are milliseconds of all the sound of the call. Pure. */
import * as z from "zod";

export type TurnEvent =
  | { type: "words"; text: string }
  | { type: "eager-turn" | "turn-ended"; text: string; startMs: number; endMs: number }
  | { type: "turn-resumed" }
  | { type: "error"; message: string }
  | { type: "malformed" };

/** A stretch of all the sound of the call. */
export interface Stretch {
  fromMs: number;
  toMs: number;
}

/** What one reader leaves to the next: up to where the sound is understood, and the words so far of a turn that goes on. */
export interface Legacy {
  settledMs: number;
  turn: { text: string; startMs: number; endMs: number } | null;
}

export interface TurnReader {
  /** @param connection where the sound of this connection began, and up to where it was sent */
  read(message: string, connection: Stretch): TurnEvent | null;
  /** What came before it is understood: it need not be heard again if the connection breaks. */
  readonly settledMs: number;
  /** The connection broke. The words so far of an unfinished turn stay; the next connection begins at `settledMs`. */
  reconnect(): void;
  /** Another reader goes on, of another model: what it must know. This one forgets it. */
  leave(): Legacy;
  takeOver(legacy: Legacy): void;
  /**
   * Ends a turn that the model does not: one whose words came over a broken connection while the new one has only silence to
   * hear, or one that its messages leave open. `turn-ended` with no words takes back the words that were told.
   * @param positionMs up to where the sound was heard
   * @param calmMs for how long of it nobody has spoken
   */
  overdue(positionMs: number, calmMs: number): TurnEvent | null;
}

/** Silence after which a turn that was carried over is over. */
export const carriedEndMs = 1_500;

/** A model may round up, but it has heard nothing of what was not sent. */
const roundingMs = 1_000;
export const isBeyond = (seconds: number, { fromMs, toMs }: Stretch): boolean =>
  fromMs + seconds * 1000 > toMs + roundingMs;

const typed = z.looseObject({ type: z.string() });

/** A message that says of what type it is; null when it is none. Types that nobody knows yet are no fault. */
export const readMessage = (text: string): { type: string } | null => {
  try {
    return typed.parse(JSON.parse(text));
  } catch {
    return null;
  }
};

const failure = z.object({ description: z.string().optional(), message: z.string().optional() });

export const readError = (message: object): TurnEvent => {
  const { data } = failure.safeParse(message);
  return { type: "error", message: data?.description ?? data?.message ?? "An error, unexplained." };
};

/** Longer than anybody speaks in a turn: what is longer is a fault of the provider. */
export const mostTranscript = 20_000;
