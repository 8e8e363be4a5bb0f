/**
 * Turns of Flux's TurnInfo: the model itself says when a turn may be over, goes on, or is over. A message that is doubled
 * or late is known by its sequence number.
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
const turnInfo = z.object({
  sequence_id: z.int(),
  event: z.enum(["Update", "StartOfTurn", "EagerEndOfTurn", "TurnResumed", "EndOfTurn"]),
  turn_index: z.int(),
  audio_window_start: seconds,
  audio_window_end: seconds,
  transcript: z.string().max(mostTranscript),
  words: z
    .array(z.object({ word: z.string(), start: seconds.optional(), end: seconds.optional() }))
    .default([]),
});
type TurnInfo = z.infer<typeof turnInfo>;

/** The words at a break of the connection may be half heard: they are heard again. */
const doubtfulWords = 2;

/** Nothing is lost between two messages but what cannot be read: a number far ahead is none, and would make all others late. */
const mostLeap = 20;
/** One that is doubled or late is no fault; so many in a row are. */
const mostLate = 20;

const isUnheard = ({ audio_window_start, audio_window_end, words }: TurnInfo, connection: Stretch): boolean =>
  [audio_window_start, audio_window_end, ...words.flatMap(({ start = 0, end = 0 }) => [start, end])].some(
    (each) => isBeyond(each, connection),
  );

interface OpenTurn {
  text: string;
  words: { text: string; startMs: number | null; endMs: number | null }[];
  startMs: number;
  /** Where the sound was when the words last changed. */
  endMs: number;
}

export class FluxTurns implements TurnReader {
  #turn: OpenTurn | null = null;
  /** The words of the turn that goes on which came over an earlier connection. */
  #carried: Legacy["turn"] = null;
  #sequence = -1;
  /** The newest turn of this connection that is over. */
  #endedIndex = -1;
  #late = 0;
  settledMs = 0;

  read(text: string, connection: Stretch): TurnEvent | null {
    const message = readMessage(text);
    if (message?.type === "Error") return readError(message);
    if (message?.type !== "TurnInfo") return message === null ? { type: "malformed" } : null;
    const { success, data } = turnInfo.safeParse(message);
    if (!success || isUnheard(data, connection)) return { type: "malformed" };
    const ahead = Math.max(data.sequence_id - this.#sequence, data.turn_index - this.#endedIndex);
    if (ahead > mostLeap) return { type: "malformed" };
    if (data.sequence_id <= this.#sequence || data.turn_index <= this.#endedIndex) {
      this.#late += 1;
      return this.#late > mostLate ? { type: "malformed" } : null;
    }
    this.#late = 0;
    this.#sequence = data.sequence_id;
    return this.#turnInfo(data, connection.fromMs);
  }

  reconnect(): void {
    const turn = this.#turn;
    this.#turn = null;
    this.#sequence = -1;
    this.#endedIndex = -1;
    this.#late = 0;
    if (!turn) return;
    const sure = turn.words.slice(0, -doubtfulWords);
    const next = turn.words.at(sure.length);
    const isTimed = next?.startMs != null && turn.words.length === turn.text.split(/\s+/).length;
    const text = isTimed ? sure.map((word) => word.text).join(" ") : turn.text;
    const endMs = isTimed ? (sure.at(-1)?.endMs ?? turn.startMs) : turn.endMs;
    this.settledMs = isTimed ? (next.startMs ?? turn.endMs) : turn.endMs;
    const before = this.#carried;
    const whole = [before?.text, text].filter(Boolean).join(" ");
    this.#carried = whole === "" ? null : { text: whole, startMs: before?.startMs ?? turn.startMs, endMs };
  }

  leave(): Legacy {
    const turn = this.#carried;
    this.#carried = null;
    return { settledMs: this.settledMs, turn };
  }

  takeOver({ settledMs, turn }: Legacy): void {
    this.settledMs = settledMs;
    this.#carried = turn;
  }

  overdue(positionMs: number): TurnEvent | null {
    if (!this.#carried || this.#turn || positionMs - this.#carried.endMs < carriedEndMs) return null;
    const ended: TurnEvent = { type: "turn-ended", ...this.#carried };
    this.#carried = null;
    return ended;
  }

  #turnInfo(info: TurnInfo, originMs: number): TurnEvent | null {
    const windowEndMs = originMs + info.audio_window_end * 1000;
    if (info.event === "TurnResumed") return { type: "turn-resumed" };
    const isNews = this.#takeWords(info, originMs, windowEndMs);
    const turn = this.#turn;
    const text = [this.#carried?.text, turn?.text].filter(Boolean).join(" ");
    const lastMs = turn?.words.at(-1)?.endMs ?? turn?.endMs ?? windowEndMs;
    const startMs = this.#carried?.startMs ?? turn?.startMs ?? windowEndMs;
    if (info.event === "EndOfTurn") {
      this.#turn = null;
      this.#carried = null;
      this.#endedIndex = info.turn_index;
      this.settledMs = windowEndMs;
      return text === "" ? null : { type: "turn-ended", text, startMs, endMs: lastMs };
    }
    if (text === "") return null;
    if (info.event === "EagerEndOfTurn") return { type: "eager-turn", text, startMs, endMs: lastMs };
    return isNews ? { type: "words", text } : null;
  }

  /** Answers whether the words are others than before. */
  #takeWords(info: TurnInfo, originMs: number, windowEndMs: number): boolean {
    const text = info.transcript.trim();
    if (text === "" || text === this.#turn?.text) return false;
    const spoken = text.split(/\s+/);
    const ms = (seconds: number | undefined) => (seconds === undefined ? null : originMs + seconds * 1000);
    const words = info.words.map(({ word, start, end }, index) => ({
      text: spoken.length === info.words.length ? (spoken[index] ?? word) : word,
      startMs: ms(start),
      endMs: ms(end),
    }));
    const startMs = words[0]?.startMs ?? originMs + info.audio_window_start * 1000;
    this.#turn = { text, words, startMs, endMs: windowEndMs };
    return true;
  }
}
