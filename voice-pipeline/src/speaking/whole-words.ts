/**
 * Sound passed on word by word. The beginning of a word at the end of a piece waits for its rest: should the connection
 * break there, the next one says that word from its start, and nobody hears a part of it twice. Pure.
 */
import type { CharTimes } from "./heard.ts";
import { bytesPerMs } from "./pace.ts";
import { lastWordAt } from "./unspaced.ts";

export interface Piece {
  sound: Buffer;
  times: CharTimes | null;
}

const slice = ({ chars, startMs, durationMs }: CharTimes, from: number, to: number, originMs: number) => ({
  chars: chars.slice(from, to),
  startMs: startMs.slice(from, to).map((ms) => Math.max(0, ms - originMs)),
  durationMs: durationMs.slice(from, to),
});

const joined = (one: Piece, other: Piece): Piece => {
  const offset = one.sound.length / bytesPerMs;
  const [a, b] = [one.times, other.times];
  return {
    sound: Buffer.concat([one.sound, other.sound]),
    times: a &&
      b && {
        chars: [...a.chars, ...b.chars],
        startMs: [...a.startMs, ...b.startMs.map((ms) => ms + offset)],
        durationMs: [...a.durationMs, ...b.durationMs],
      },
  };
};

export class WholeWords {
  #held: Piece | null = null;
  #hasBegun = false;

  /**
   * What can be passed on now. The first piece passes whole: its first frame is what somebody waits for; and so does the
   * last, and sound of which nobody knows where its words are.
   */
  push(piece: Piece, isLast: boolean): Piece {
    const whole = this.#held ? joined(this.#held, piece) : piece;
    this.#held = null;
    const { sound, times } = whole;
    const isFirst = !this.#hasBegun;
    this.#hasBegun = true;
    if (isFirst || isLast || !times || piece.times?.chars.length === 0) return whole;
    const open = lastWordAt(times.chars);
    const fromMs = times.startMs[open];
    if (open >= times.chars.length || fromMs === undefined) return whole;
    const at = Math.min(sound.length, Math.round(fromMs * bytesPerMs));
    // A copy: a view would keep the whole piece in memory until the next one comes.
    const rest = Buffer.allocUnsafeSlow(sound.length - at);
    sound.copy(rest, 0, at);
    this.#held = { sound: rest, times: slice(times, open, times.chars.length, fromMs) };
    return { sound: sound.subarray(0, at), times: slice(times, 0, open, 0) };
  }

  /** The rest, once nothing more comes. */
  flush(): Piece | null {
    const held = this.#held;
    this.#held = null;
    return held;
  }
}
