/**
 * Turns of nova-3's results: the finals up to `speech_final`, or to `UtteranceEnd` when none comes, or to a deadline of our
 * own when neither does. Each turn ends once, and one that came to nothing ends without words. Results that are doubled,
 * late or out of order are known by their place in the sound.
 */
import * as z from "zod";
import { after, isWithin, outside, type Piece, pieceOf, readPiece, type Spoken } from "./nova-piece.ts";
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

const isUnheard = ({ start, duration, channel }: z.infer<typeof results>, connection: Stretch): boolean =>
  isBeyond(start + duration, connection) ||
  (channel.alternatives[0]?.words ?? []).some((each) => isBeyond(Math.max(each.start, each.end), connection));

/** Without words for so long, a turn is over. `UtteranceEnd`, asked for at a second and told within about two, comes before. */
const overdueMs = 2_500;
/** Who told new words only just is behind, and may yet tell the end. */
const freshMs = 1_500;

export class NovaTurns implements TurnReader {
  /** The finals of the turn that goes on, in the order of the sound. */
  #finals: Piece[] = [];
  /** The words that stand in no final yet, and up to where the sound was heard when they were told. */
  #interim: Piece | null = null;
  #interimToMs = 0;
  /** What was told of the turn that goes on, and up to where the sound was sent when it was news. */
  #told: Spoken | null = null;
  #newsMs = 0;
  /** Up to where the sound was heard, with words or without. */
  #heardMs = 0;
  #endedMs = 0;
  /** The last word of the newest turn that only we ended: up to it, all is told. */
  #taken: Spoken | null = null;
  #isCarried = false;
  settledMs = 0;

  read(text: string, connection: Stretch): TurnEvent | null {
    const message = readMessage(text);
    if (message?.type === "Error") return readError(message);
    if (message?.type === "UtteranceEnd") {
      const { success, data } = utteranceEnd.safeParse(message);
      return success && !isBeyond(data.last_word_end ?? 0, connection)
        ? this.#utteranceEnd(data.last_word_end, connection.fromMs)
        : { type: "malformed" };
    }
    if (message?.type === "Results") {
      const { success, data } = results.safeParse(message);
      return success && !isUnheard(data, connection) ? this.#result(data, connection) : { type: "malformed" };
    }
    return message === null ? { type: "malformed" } : null;
  }

  reconnect(): void {
    this.#isCarried = this.#finals.length > 0;
    // Its sound is heard again: whatever is told of it next is newer.
    this.#interimToMs = 0;
  }

  leave(): Legacy {
    const whole = pieceOf(this.#finals);
    const turn = whole && { text: whole.text, startMs: whole.startMs, endMs: whole.endMs };
    this.#finals = [];
    this.#interim = null;
    this.#told = null;
    this.#isCarried = false;
    return { settledMs: this.settledMs, turn };
  }

  takeOver({ settledMs, turn }: Legacy): void {
    this.settledMs = settledMs;
    const piece = pieceOf(turn ? [turn] : []);
    this.#finals = piece ? [piece] : [];
    this.#isCarried = piece !== null;
  }

  overdue(positionMs: number, calmMs: number): TurnEvent | null {
    const final = this.#finals.at(-1);
    if (!final && !this.#interim && !this.#told) return null;
    const lastMs = Math.max(final?.endMs ?? 0, this.#interim?.endMs ?? 0, this.#told?.endMs ?? 0);
    if (this.#isCarried && positionMs - lastMs >= carriedEndMs) return this.#endOverdue();
    if (positionMs - this.#newsMs < freshMs) return null;
    // Either nobody speaks, or what is loud was heard and is no words.
    const wordlessMs = Math.max(Math.min(positionMs - lastMs, calmMs), this.#heardMs - lastMs);
    return wordlessMs >= overdueMs ? this.#endOverdue() : null;
  }

  #utteranceEnd(lastSeconds: number | undefined, originMs: number): TurnEvent | null {
    // One that speaks of an earlier turn is late.
    const isLate =
      lastSeconds !== undefined && originMs + lastSeconds * 1000 < (this.#finals[0]?.startMs ?? 0);
    return isLate ? null : this.#endTurn(this.#finals);
  }

  #result(result: z.infer<typeof results>, { fromMs, toMs }: Stretch): TurnEvent | null {
    const [best] = result.channel.alternatives;
    const ms = (seconds: number) => fromMs + seconds * 1000;
    const sound = { startMs: ms(result.start), endMs: ms(result.start + result.duration) };
    const words = (best?.words ?? []).map(({ start, end }) => ({ startMs: ms(start), endMs: ms(end) }));
    const all = readPiece({ ...sound, text: best?.transcript ?? "" }, words);
    // A word on its edge may stand in its sound with less than one half.
    const [from, to] = [
      Math.min(sound.startMs, all?.startMs ?? sound.startMs),
      Math.max(sound.endMs, all?.endMs ?? 0),
    ];
    const piece = after(all, this.#taken);
    const isNew = piece !== null && this.#isNew(piece, result.is_final, sound.endMs);
    this.#heardMs = Math.max(this.#heardMs, sound.endMs);
    if (isNew) this.#isCarried = false;
    if (result.is_final) {
      this.settledMs = Math.max(this.settledMs, sound.endMs);
      if (isNew)
        this.#finals = [...this.#finals, piece].toSorted((one, other) => one.startMs - other.startMs);
      this.#interim = outside(this.#interim, from, to);
      // What is late or doubled ends nothing: its turn has ended.
      const turnMs = this.#finals[0]?.startMs ?? this.#endedMs;
      const isEnd = (result.speech_final && sound.endMs > turnMs) || this.#pieces().length === 0;
      const ended = isEnd ? this.#endTurn(this.#finals) : null;
      if (ended) return ended;
    } else if (isNew) {
      this.#interim = piece;
      this.#interimToMs = sound.endMs;
    } else if (piece === null && sound.endMs >= this.#interimToMs)
      this.#interim = outside(this.#interim, from, to);
    return this.#tell(isNew, toMs);
  }

  #isNew(piece: Piece, isFinal: boolean, endOfSoundMs: number): boolean {
    if (piece.endMs <= this.#endedMs || this.#finals.some((final) => isWithin(piece, final))) return false;
    const isOld = piece.endMs <= this.settledMs || (this.#interim && endOfSoundMs < this.#interimToMs);
    return isFinal || !isOld;
  }

  /** The words so far, also when fewer are left of them than were told. */
  #tell(isNew: boolean, toMs: number): TurnEvent | null {
    const whole = pieceOf(this.#pieces());
    const isNews = whole?.text !== this.#told?.text;
    if (!whole || !(isNew || (isNews && this.#told))) return null;
    if (isNews) this.#newsMs = toMs;
    this.#told = whole;
    return { type: "words", text: whole.text };
  }

  #pieces(): readonly Piece[] {
    if (!this.#interim) return this.#finals;
    return [...this.#finals, this.#interim].toSorted((one, other) => one.startMs - other.startMs);
  }

  /** Of pieces that there are none of, it ends in nothing, when words were told and none are left. */
  #endTurn(pieces: readonly Piece[]): TurnEvent | null {
    const whole = pieceOf(pieces);
    const ended = whole ?? (this.#interim ? null : this.#told);
    if (!ended) return null;
    this.#finals = [];
    this.#told = null;
    this.#isCarried = false;
    if (whole) this.#endedMs = whole.endMs;
    if (this.#interim && this.#interim.endMs <= this.#endedMs) this.#interim = null;
    const { startMs, endMs } = ended;
    return { type: "turn-ended", text: whole?.text ?? "", startMs, endMs };
  }

  /** All that was told is the turn: it is neither told nor heard again, on no connection. */
  #endOverdue(): TurnEvent | null {
    const pieces = this.#pieces();
    this.#interim = null;
    const last = pieces.at(-1)?.words.at(-1);
    if (last) {
      this.#taken = last;
      this.settledMs = Math.max(this.settledMs, last.endMs);
    }
    return this.#endTurn(pieces);
  }
}
