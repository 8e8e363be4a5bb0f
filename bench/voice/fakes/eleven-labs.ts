/**
 * ElevenLabs, over the WebSocket with contexts and over HTTP. Its sound carries the identity of the answer that it voices:
 * the frames of one answer are numbered through all its sentences, and the last is marked.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import * as z from "zod";
import { decoded } from "../../../sandbox/src/speech/mu-law.ts";
import { frameBytes, frameMs, framesOf, kinds } from "../identity.ts";
import type { RawWebSocket } from "../raw-web-socket.ts";
import { pace } from "./pace.ts";
import type { Timeline } from "./timeline.ts";
import { answerIn } from "./wording.ts";

const characterMs = 50;
/** Pieces as they come: a short one first, so that playing can begin. */
const pieceFrames = [15, 40];

interface Piece {
  sound: Buffer;
  text: string;
}

export class Voices {
  readonly #timeline: Timeline;
  /** Frames given out so far of the newest answer of each call. */
  readonly #given = new Map<number, { turn: number; frames: number }>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  asked(text: string): void {
    const named = answerIn(text);
    if (named) this.#timeline.note(named.call, named.turn, "textAt");
  }

  sounded(text: string): void {
    const named = answerIn(text);
    if (named) this.#timeline.note(named.call, named.turn, "audioAt");
  }

  piecesOf(text: string): Piece[] {
    const count = Math.max(5, Math.round((text.length * characterMs) / frameMs));
    const named = answerIn(text);
    const sound = named ? this.#answer(named, count) : framesOf(0xfff, 0, 0, count, kinds.speech);
    const pieces: Piece[] = [];
    for (let from = 0; from < count; ) {
      const to = Math.min(count, from + (pieceFrames[Math.min(pieces.length, 1)] ?? count));
      const [first, last] = [from, to].map((frame) => Math.round((frame / count) * text.length));
      pieces.push({
        sound: sound.subarray(from * frameBytes, to * frameBytes),
        text: text.slice(first, last),
      });
      from = to;
    }
    return pieces;
  }

  #answer(
    { call, turn, isSecond }: { call: number; turn: number; isSecond: boolean },
    count: number,
  ): Buffer {
    const before = this.#given.get(call);
    const from = before?.turn === turn ? before.frames : 0;
    this.#given.set(call, { turn, frames: from + count });
    return framesOf(call, turn, from, count, isSecond ? kinds.last : kinds.speech);
  }
}

const toPcm = (sound: Buffer): Buffer => {
  const pcm = Buffer.allocUnsafe(sound.length * 2);
  for (let index = 0; index < sound.length; index += 1)
    pcm.writeInt16LE(decoded[sound[index] ?? 0] ?? 0, index * 2);
  return pcm;
};

const message = z.object({
  text: z.string().nullish(),
  context_id: z.string().optional(),
  flush: z.boolean().optional(),
  close_context: z.boolean().optional(),
  close_socket: z.boolean().optional(),
});

/** One context: sentences in, pieces of sound out in order, faster than life. */
class Context {
  readonly #id: string;
  readonly #voices: Voices;
  readonly #send: (text: string) => void;
  readonly #isPcm: boolean;
  readonly #texts: string[] = [];
  #isMaking = false;
  #isClosing = false;
  isDropped = false;

  constructor(id: string, voices: Voices, isPcm: boolean, send: (text: string) => void) {
    this.#id = id;
    this.#voices = voices;
    this.#isPcm = isPcm;
    this.#send = send;
  }

  say(text: string): void {
    this.#voices.asked(text);
    this.#texts.push(text.trim());
    if (!this.#isMaking) this.#make();
  }

  close(): void {
    this.#isClosing = true;
    if (!this.#isMaking) this.#make();
  }

  #make(): void {
    const text = this.#texts.shift();
    this.#isMaking = text !== undefined;
    if (text === undefined) {
      if (this.#isClosing) this.#send(JSON.stringify({ isFinal: true, contextId: this.#id }));
      return;
    }
    const pieces = this.#voices.piecesOf(text);
    const emit = (index: number): void => {
      const piece = pieces[index];
      if (piece === undefined || this.isDropped) {
        this.#make();
        return;
      }
      if (index === 0) this.#voices.sounded(text);
      this.#send(this.#wire(piece));
      const makingMs = piece.sound.length / 8 / pace.soundSpeed;
      setTimeout(() => emit(index + 1), index === pieces.length - 1 ? 0 : makingMs);
    };
    setTimeout(() => emit(0), pace.firstSoundMs);
  }

  #wire({ sound, text }: Piece): string {
    const chars = [...text];
    const eachMs = Math.floor(sound.length / 8 / Math.max(1, chars.length));
    const alignment = {
      chars,
      charStartTimesMs: chars.map((_, index) => index * eachMs),
      charsDurationsMs: chars.map(() => eachMs),
    };
    const audio = (this.#isPcm ? toPcm(sound) : sound).toString("base64");
    return JSON.stringify({
      audio,
      isFinal: null,
      normalizedAlignment: alignment,
      alignment,
      contextId: this.#id,
    });
  }
}

export const serveVoiceSocket = (socket: RawWebSocket, query: URLSearchParams, voices: Voices): void => {
  const isPcm = query.get("output_format")?.startsWith("pcm") ?? false;
  const contexts = new Map<string, Context>();
  let unflushed = "";
  socket.onMessage = (payload) => {
    const {
      text,
      context_id = "",
      flush,
      close_context,
      close_socket,
    } = message.parse(JSON.parse(payload.toString()));
    if (close_socket) {
      socket.close();
      return;
    }
    let context = contexts.get(context_id);
    if (context === undefined && close_context) return;
    context ??= new Context(context_id, voices, isPcm, (json) => socket.sendText(json));
    contexts.set(context_id, context);
    unflushed += text ?? "";
    const isWhole = /[.!?]\s*$/.test(unflushed);
    if (/\S/.test(unflushed) && (flush === true || close_context === true || isWhole)) {
      context.say(unflushed);
      unflushed = "";
    }
    if (close_context) {
      context.close();
      contexts.delete(context_id);
    }
  };
  socket.onClose = () => {
    for (const context of contexts.values()) context.isDropped = true;
  };
};

const speech = z.object({ text: z.string() });

/** `POST /v1/text-to-speech/{voice}/stream`: raw sound in chunks. */
export const streamSpeech = async (
  request: IncomingMessage,
  response: ServerResponse,
  voices: Voices,
): Promise<void> => {
  const { text } = speech.parse(await json(request));
  voices.asked(text);
  const pieces = voices.piecesOf(text.trim());
  const emit = (index: number): void => {
    const piece = pieces[index];
    if (piece === undefined || response.destroyed) {
      response.end();
      return;
    }
    if (index === 0) {
      voices.sounded(text);
      response.writeHead(200, { "content-type": "audio/basic" });
      response.socket?.setNoDelay(true);
    }
    response.write(piece.sound);
    setTimeout(() => emit(index + 1), piece.sound.length / 8 / pace.soundSpeed);
  };
  setTimeout(() => emit(0), pace.firstSoundMs);
};
