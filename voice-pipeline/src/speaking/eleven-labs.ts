/**
 * ElevenLabs: one warm socket per call, a context per utterance, the text given out at clause ends. Late sound of an
 * old context is dropped by its id. A silent or broken socket is opened once more and told all that was not yet voiced.
 */
import { WebSocket } from "ws";
import * as z from "zod";
import type { CharTimes } from "./heard.ts";

export interface ElevenLabsConfig {
  url: string;
  apiKey: string;
}
export interface VoiceEvents {
  audio(utterance: number, sound: Buffer, times: CharTimes | null): void;
  complete(utterance: number): void;
  fault(message: string): void;
  failed(): void;
}
export interface Voice {
  say(utterance: number, text: string): void;
  finish(utterance: number): void;
  drop(utterance: number): void;
  close(): void;
  readonly characters: number;
}

const numbers = z.array(z.number());
const alignment = z.object({
  chars: z.array(z.string()),
  charStartTimesMs: numbers.optional(),
  charsStartTimesMs: numbers.optional(),
  charsDurationsMs: numbers.optional(),
  charDurationsMs: numbers.optional(),
});
const message = z.object({
  audio: z.string().nullish(),
  isFinal: z.boolean().nullish(),
  contextId: z.string().optional(),
  context_id: z.string().optional(),
  alignment: alignment.nullish(),
  error: z.string().optional(),
  message: z.string().optional(),
});

const timesOf = (given: z.infer<typeof alignment> | null | undefined): CharTimes | null =>
  given
    ? {
        chars: given.chars,
        startMs: given.charStartTimesMs ?? given.charsStartTimesMs ?? [],
        durationMs: given.charsDurationsMs ?? given.charDurationsMs ?? [],
      }
    : null;

const query = "model_id=eleven_flash_v2_5&output_format=ulaw_8000&inactivity_timeout=180";
const connectMs = 2_000;
const silentMs = 2_000;
const keepAliveMs = 15_000;

export const openElevenLabs = (config: ElevenLabsConfig, voiceId: string, on: VoiceEvents): Voice => {
  let current: { id: number; texts: string[]; isFinished: boolean; hasSound: boolean; tries: number } | null =
    null;
  let waiting: string[] = [];
  let characters = 0;
  let isClosed = false;
  let socket: WebSocket;
  let watch: NodeJS.Timeout | undefined;
  let connection = 0;

  const nameOf = (id: number) => `${connection}-${id}`;
  const send = (body: object) => {
    const text = JSON.stringify(body);
    if (socket.readyState === WebSocket.OPEN) socket.send(text);
    else waiting.push(text);
  };
  const listenFor = () => {
    clearTimeout(watch);
    watch = setTimeout(() => retry("No sound in time."), silentMs);
  };
  const tell = (id: number, text: string) => {
    send({ text: `${text} `, context_id: nameOf(id), flush: true });
    listenFor();
  };
  const begin = (id: number) =>
    send({
      text: " ",
      context_id: nameOf(id),
      voice_settings: { stability: 0.5, similarity_boost: 0.75, speed: 1 },
    });

  const retry = (reason: string) => {
    if (isClosed) return;
    clearTimeout(watch);
    on.fault(reason);
    const speaking = current;
    if (speaking && (speaking.tries > 0 || speaking.hasSound)) {
      on.failed();
      return;
    }
    connect();
    if (!speaking) return;
    speaking.tries += 1;
    begin(speaking.id);
    for (const text of speaking.texts) tell(speaking.id, text);
    if (speaking.isFinished) send({ context_id: nameOf(speaking.id), close_context: true });
  };

  const take = (text: string) => {
    const event = message.parse(JSON.parse(text));
    if (event.error) on.fault(event.message ?? event.error);
    if (!current || (event.contextId ?? event.context_id) !== nameOf(current.id)) return;
    if (event.audio) {
      clearTimeout(watch);
      current.hasSound = true;
      on.audio(current.id, Buffer.from(event.audio, "base64"), timesOf(event.alignment));
    }
    if (event.isFinal && current.isFinished) {
      clearTimeout(watch);
      const { id } = current;
      current = null;
      on.complete(id);
    }
  };

  const connect = () => {
    connection += 1;
    waiting = [];
    const mine = new WebSocket(
      `${config.url}/v1/text-to-speech/${encodeURIComponent(voiceId)}/multi-stream-input?${query}`,
      {
        headers: { "xi-api-key": config.apiKey },
        perMessageDeflate: false,
        handshakeTimeout: connectMs,
        maxPayload: 8 << 20,
      },
    );
    const isMine = () => socket === mine && !isClosed;
    socket?.terminate();
    socket = mine;
    mine.on("open", () => {
      for (const text of waiting.splice(0)) mine.send(text);
    });
    mine.on("message", (data) => {
      if (!isMine()) return;
      try {
        take(String(data));
      } catch {
        on.fault("ElevenLabs sent something that cannot be read.");
      }
    });
    mine.on("error", () => {});
    mine.on("close", (code) => {
      if (!isMine()) return;
      if (current) retry(`ElevenLabs closed the socket (${code}).`);
    });
  };
  connect();

  const keepAlive = setInterval(() => {
    if (socket.readyState === WebSocket.OPEN) send({ text: "", context_id: nameOf(current?.id ?? 0) });
  }, keepAliveMs);

  return {
    say(id, text) {
      if (current?.id !== id) {
        if (socket.readyState > WebSocket.OPEN) connect();
        current = { id, texts: [], isFinished: false, hasSound: false, tries: 0 };
        begin(id);
      }
      current.texts.push(text);
      characters += text.length;
      tell(id, text);
    },
    finish(id) {
      if (current?.id !== id) return;
      current.isFinished = true;
      send({ context_id: nameOf(id), close_context: true });
    },
    drop(id) {
      if (current?.id !== id) return;
      clearTimeout(watch);
      send({ context_id: nameOf(id), close_context: true });
      current = null;
    },
    close() {
      isClosed = true;
      clearTimeout(watch);
      clearInterval(keepAlive);
      if (socket.readyState === WebSocket.OPEN) socket.send('{"close_socket":true}');
      const leaving = setTimeout(() => socket.terminate(), 1_000);
      socket.once("close", () => clearTimeout(leaving));
      if (socket.readyState !== WebSocket.OPEN) socket.terminate();
    },
    get characters() {
      return characters;
    },
  };
};
