/** The `/v1/speak` socket (Aura): text in, raw mu-law out, a word after each flush that all before it was spoken. */
import { type GenerationPace, VoiceStream } from "../elevenlabs/voice-stream.ts";
import type { ProviderSocket, SocketHandlers } from "../sockets/provider-socket.ts";
import { parseMessage, typeOf } from "./listen-socket.ts";
import { checkSound } from "./query-fields.ts";
import { invalidQuery } from "./refusal.ts";

/** @throws DeepgramRefusal 400 */
export const readSpeakModel = (query: URLSearchParams): string => {
  const model = query.get("model") ?? "aura-asteria-en";
  if (!/^aura-/.test(model)) throw invalidQuery("Invalid model: expected one of Aura's.");
  if (!checkSound(query)) throw invalidQuery("This sandbox speaks encoding=mulaw&sample_rate=8000 only.");
  return model;
};

const textOf = (message: unknown): string =>
  typeof message === "object" && message !== null && "text" in message && typeof message.text === "string"
    ? message.text
    : "";

const mostFlushes = 20;
const flushWindowMs = 60_000;

export const serveSpeak = (
  socket: ProviderSocket,
  model: string,
  requestId: string,
  pace: () => GenerationPace,
): SocketHandlers => {
  const open = () => new VoiceStream(pace, ({ audio }) => socket.sendSound(audio));
  let voice = open();
  let held = "";
  let sequence = 0;
  let flushedAt: number[] = [];
  const about = { model_name: model, model_version: "2026-01-01.0", model_uuid: requestId };
  socket.send({ type: "Metadata", request_id: requestId, ...about });
  const flush = (then: () => void): void => {
    voice.say(held);
    held = "";
    voice.finish(then);
  };
  const tell = (type: "Flushed" | "Cleared"): void => {
    socket.send({ type, sequence_id: sequence });
    sequence += 1;
  };
  /** Deepgram warns; here nothing is spoken either, so that nobody can come to rely on it. */
  const mayFlush = (): boolean => {
    const now = performance.now();
    flushedAt = [...flushedAt.filter((at) => now - at < flushWindowMs), now];
    if (flushedAt.length <= mostFlushes) return true;
    socket.send({
      type: "Warning",
      description: `More than ${mostFlushes} flushes in 60 seconds.`,
      code: "EXCESSIVE_FLUSH",
    });
    return false;
  };
  return {
    text(text) {
      const message = parseMessage(text);
      const type = typeOf(message);
      if (type === "Speak") held += textOf(message);
      else if (type === "Flush") {
        if (mayFlush()) flush(() => tell("Flushed"));
      } else if (type === "Close") flush(() => socket.close(1000));
      else if (type === "Clear") {
        voice.stop();
        [voice, held] = [open(), ""];
        tell("Cleared");
      } else socket.close(1003, "MESSAGE-0000");
    },
    binary: () => socket.close(1003, "MESSAGE-0000"),
    closed: () => voice.stop(),
  };
};
