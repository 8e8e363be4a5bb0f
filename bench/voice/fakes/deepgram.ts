/**
 * Deepgram's live transcription, in nova-3's words. It hears only what reached it: the number in each frame tells what was
 * lost, doubled or late on the way; the last frame of speech ends the turn.
 */
import { decoded } from "../../../sandbox/src/speech/mu-law.ts";
import { FrameCount } from "../frame-count.ts";
import { frameBytes, frameMs, kinds, readIdentity } from "../identity.ts";
import type { RawWebSocket } from "../raw-web-socket.ts";
import { pace } from "./pace.ts";
import type { Timeline } from "./timeline.ts";
import { question } from "./wording.ts";

export class DeepgramTotals {
  readonly #streams: FrameCount[] = [];
  unknown = 0;

  open(): FrameCount {
    const stream = new FrameCount(1);
    this.#streams.push(stream);
    return stream;
  }

  get all() {
    const sum = (what: (stream: FrameCount) => number) =>
      this.#streams.reduce((all, each) => all + what(each), 0);
    return {
      received: sum((each) => each.received),
      lost: sum((each) => each.lost),
      doubled: sum((each) => each.doubled),
      late: sum((each) => each.late),
      unknown: this.unknown,
    };
  }
}

const byteOf = new Map(Array.from(decoded, (value, byte) => [value, byte]));

/** Sixteen-bit samples, as some systems send them, back to the telephone's bytes. */
const toMuLaw = (pcm: Buffer): Buffer => {
  const sound = Buffer.allocUnsafe(pcm.length >> 1);
  for (let index = 0; index < sound.length; index += 1)
    sound[index] = byteOf.get(pcm.readInt16LE(index * 2)) ?? 0;
  // Silence has two names in mu-law; the frames use the one.
  for (let index = 0; index < sound.length; index += 1) if (sound[index] === 0x7f) sound[index] = 0xff;
  return sound;
};

export const serveDeepgram = (
  socket: RawWebSocket,
  query: URLSearchParams,
  totals: DeepgramTotals,
  timeline: Timeline,
): void => {
  const isPcm = query.get("encoding") === "linear16";
  const frames = totals.open();
  let rest: Buffer | null = null;
  let heard = 0;
  let turn = 0;
  let startedAt = 0;

  const result = (text: string, from: number, isFinal: boolean): void => {
    const words = text.split(" ").map((word, index, all) => {
      const each = ((heard - from) * frameMs) / 1000 / all.length;
      const start = (from * frameMs) / 1000 + index * each;
      return {
        word: word.toLowerCase().replace(/\W/g, ""),
        start,
        end: start + each,
        confidence: 0.99,
        punctuated_word: word,
      };
    });
    const start = (from * frameMs) / 1000;
    socket.sendText(
      JSON.stringify({
        type: "Results",
        channel_index: [0, 1],
        duration: (heard * frameMs) / 1000 - start,
        start,
        is_final: isFinal,
        speech_final: isFinal,
        from_finalize: false,
        channel: { alternatives: [{ transcript: text, confidence: 0.99, words }] },
        metadata: {
          request_id: "bench",
          model_info: { name: "general-nova-3", version: "1", arch: "nova-3" },
          model_uuid: "bench",
        },
      }),
    );
  };

  const hear = (frame: Buffer): void => {
    heard += 1;
    const identity = readIdentity(frame, 0);
    if (identity === null) {
      totals.unknown += 1;
      return;
    }
    frames.take(identity.frame);
    if (identity.kind === kinds.silence) return;
    const { call } = identity;
    if (identity.turn !== turn) {
      turn = identity.turn;
      startedAt = heard - 1;
      const [mine, from] = [turn, startedAt];
      if (pace.interimMs > 0)
        setTimeout(() => {
          if (turn === mine) result(question(call, mine).split(" ").slice(0, 4).join(" "), from, false);
        }, pace.interimMs);
    }
    if (identity.kind !== kinds.last) return;
    const [mine, from] = [turn, startedAt];
    timeline.note(call, mine, "heardAt");
    setTimeout(() => {
      timeline.note(call, mine, "sttAt");
      result(question(call, mine), from, true);
      turn = 0;
    }, pace.endOfTurnMs);
  };

  socket.onMessage = (payload, isBinary) => {
    if (!isBinary) {
      if (payload.includes("CloseStream")) socket.close();
      return;
    }
    const sound = isPcm ? toMuLaw(payload) : payload;
    const all = rest ? Buffer.concat([rest, sound]) : sound;
    let at = 0;
    for (; at + frameBytes <= all.length; at += frameBytes) hear(all.subarray(at, at + frameBytes));
    rest = at < all.length ? Buffer.from(all.subarray(at)) : null;
  };
};
