/**
 * Turns of nova-3's results: the finals up to `speech_final`, or to `UtteranceEnd` when none comes. Each turn ends once.
 * Results that are doubled, late or out of order are known by their place in the sound.
 */
import * as z from "zod";
import {
  carriedEndMs,
  isBeyond,
  type Legacy,
  mostTranscript,
  readError,
  readMessage,
  type Stretch,
  type TurnEvent,
  type TurnReader,
} from "./turn-reader.ts";

const seconds = z.number().min(0);
const word = z.object({ start: seconds, end: seconds });
const results = z.object({
  start: seconds,
  duration: seconds,
  is_final: z.boolean(),
  speech_final: z.boolean(),
  channel: z.object({
    alternatives: z.array(
      z.object({ transcript: z.string().max(mostTranscript), words: z.array(word).default([]) }),
    ),
  }),
});
const utteranceEnd = z.object({ last_word_end: z.number().optional() });

interface Piece {
  text: string;
  startMs: number;
  endMs: number;
}

const overlapMs = (one: Piece, other: Piece): number =>
  Math.min(one.endMs, other.endMs) - Math.max(one.startMs, other.startMs);

const isUnheard = ({ start, duration, channel }: z.infer<typeof results>, connection: Stretch): boolean =>
  isBeyond(start + duration, connection) ||
  (channel.alternatives[0]?.words ?? []).some((each) => isBeyond(Math.max(each.start, each.end), connection));

export class NovaTurns implements TurnReader {
  /** The finals of the turn that goes on, in the order of the sound. */
  #finals: Piece[] = [];
  #endedMs = 0;
  #isCarried = false;
  settledMs = 0;

  read(text: string, connection: Stretch): TurnEvent | null {
    const originMs = connection.fromMs;
    const message = readMessage(text);
    if (message?.type === "Error") return readError(message);
    if (message?.type === "UtteranceEnd") {
      const { success, data } = utteranceEnd.safeParse(message);
      return success && !isBeyond(data.last_word_end ?? 0, connection)
        ? this.#utteranceEnd(data.last_word_end, originMs)
        : { type: "malformed" };
    }
    if (message?.type === "Results") {
      const { success, data } = results.safeParse(message);
      return success && !isUnheard(data, connection) ? this.#result(data, originMs) : { type: "malformed" };
    }
    return message === null ? { type: "malformed" } : null;
  }

  reconnect(): void {
    this.#isCarried = this.#finals.length > 0;
  }

  leave(): Legacy {
    const [first, last] = [this.#finals[0], this.#finals.at(-1)];
    const turn = first && last ? { text: this.#text(), startMs: first.startMs, endMs: last.endMs } : null;
    this.#finals = [];
    this.#isCarried = false;
    return { settledMs: this.settledMs, turn };
  }

  takeOver({ settledMs, turn }: Legacy): void {
    this.settledMs = settledMs;
    this.#finals = turn ? [turn] : [];
    this.#isCarried = turn !== null;
  }

  overdue(positionMs: number): TurnEvent | null {
    const last = this.#finals.at(-1);
    return this.#isCarried && last && positionMs - last.endMs >= carriedEndMs ? this.#endTurn() : null;
  }

  #utteranceEnd(lastSeconds: number | undefined, originMs: number): TurnEvent | null {
    // One that speaks of an earlier turn is late.
    const isLate =
      lastSeconds !== undefined && originMs + lastSeconds * 1000 < (this.#finals[0]?.startMs ?? 0);
    return isLate ? null : this.#endTurn();
  }

  #result(result: z.infer<typeof results>, originMs: number): TurnEvent | null {
    const [best] = result.channel.alternatives;
    const [first, last] = [best?.words[0], best?.words.at(-1)];
    const endOfSound = originMs + (result.start + result.duration) * 1000;
    const piece: Piece = {
      text: best?.transcript.trim() ?? "",
      startMs: originMs + (first?.start ?? result.start) * 1000,
      endMs: last ? originMs + last.end * 1000 : endOfSound,
    };
    const isNew = piece.text !== "" && piece.endMs > this.#endedMs && !this.#hasHeard(piece);
    if (isNew) this.#isCarried = false;
    if (result.is_final) {
      this.settledMs = Math.max(this.settledMs, endOfSound);
      if (isNew)
        this.#finals = [...this.#finals, piece].toSorted((one, other) => one.startMs - other.startMs);
      // What is late or doubled ends nothing: its turn has ended.
      const turnMs = this.#finals[0]?.startMs ?? this.#endedMs;
      if (result.speech_final && endOfSound > turnMs) return this.#endTurn();
    }
    if (!isNew) return null;
    const pieces = result.is_final ? this.#finals : [...this.#finals, piece];
    return { type: "words", text: pieces.map((each) => each.text).join(" ") };
  }

  #hasHeard(piece: Piece): boolean {
    const half = (piece.endMs - piece.startMs) / 2;
    return this.#finals.some((final) => overlapMs(final, piece) > half);
  }

  #endTurn(): TurnEvent | null {
    const [first, last] = [this.#finals[0], this.#finals.at(-1)];
    if (!first || !last) return null;
    const text = this.#text();
    this.#finals = [];
    this.#isCarried = false;
    this.#endedMs = last.endMs;
    return { type: "turn-ended", text, startMs: first.startMs, endMs: last.endMs };
  }

  #text(): string {
    return this.#finals.map((each) => each.text).join(" ");
  }
}
