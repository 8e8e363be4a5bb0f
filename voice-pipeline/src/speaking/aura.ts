/**
 * Deepgram's Aura, the second choice of voice: another sound, but a voice. It tells no times of its characters, so what
 * was heard of it is an estimate by its usual pace.
 */
import { requestIdHeaders } from "@callmeback/shared/domain/request-id";
import { WebSocket } from "ws";
import * as z from "zod";
import type { CharTimes } from "./heard.ts";
import type { Voice, VoiceEvents } from "./voice.ts";

export interface AuraConfig {
  url: string;
  apiKey: string;
  model: string;
}

const msPerCharacter = 65;
const connectMs = 2_000;
const usualSilentMs = 2_500;
const mostTries = 2;
const mostMalformed = 20;
const largestMessage = 8 << 20;
const message = z.object({ type: z.string(), description: z.string().optional() });

const estimated = (text: string): CharTimes => {
  const chars = [...`${text} `];
  return {
    chars,
    startMs: chars.map((_, at) => at * msPerCharacter),
    durationMs: chars.map(() => msPerCharacter),
  };
};

interface Clause {
  text: string;
  hasSound: boolean;
}

export const openAura = (config: AuraConfig, on: VoiceEvents, silentMs = usualSilentMs): Voice => {
  let current: { id: number; waiting: Clause[]; isFinished: boolean } | null = null;
  let socket: WebSocket | null = null;
  /** Sound until then is of an utterance that was dropped. */
  let clearing = 0;
  let characters = 0;
  let [tries, malformed] = [0, 0];
  let isClosed = false;
  let watch: NodeJS.Timeout | undefined;

  const isOpen = () => socket?.readyState === WebSocket.OPEN;
  const send = (body: object): void => socket?.send(JSON.stringify(body));
  const listenFor = (): void => {
    clearTimeout(watch);
    if (current?.waiting.length) watch = setTimeout(() => socket?.terminate(), silentMs);
  };
  const ask = ({ text }: Clause): void => {
    characters += text.length;
    send({ type: "Speak", text });
    send({ type: "Flush" });
  };

  const settleIfWhole = (): void => {
    if (!current?.isFinished || current.waiting.length > 0) return;
    const { id } = current;
    current = null;
    on.complete(id);
  };

  const hear = (sound: Buffer): void => {
    const clause = current?.waiting[0];
    if (!current || !clause || clearing > 0) return;
    tries = 0;
    const times = clause.hasSound ? null : estimated(clause.text);
    clause.hasSound = true;
    listenFor();
    on.audio(current.id, sound, times);
  };

  const read = (text: string): void => {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = null;
    }
    const { data } = message.safeParse(json);
    if (!data) {
      malformed += 1;
      if (malformed === 1) on.fault("Aura sent something that cannot be read.");
      if (malformed >= mostMalformed) socket?.terminate();
    } else if (data.type === "Cleared") clearing = Math.max(0, clearing - 1);
    else if (data.type === "Error" || data.type === "Warning") on.fault(data.description ?? data.type);
    else if (data.type === "Flushed" && clearing === 0) {
      current?.waiting.shift();
      listenFor();
      settleIfWhole();
    }
  };

  const broken = (): void => {
    clearTimeout(watch);
    clearing = 0;
    on.fault("Aura's socket closed.");
    if (!current) return;
    // What sounded already is not said twice.
    current.waiting = current.waiting.filter(({ hasSound }) => !hasSound);
    tries += 1;
    if (tries < mostTries) connect();
    else {
      const rest = current.waiting.map(({ text }) => text);
      current = null;
      on.failed(rest);
    }
  };

  const connect = (): void => {
    const query = new URLSearchParams({ model: config.model, encoding: "mulaw", sample_rate: "8000" });
    const mine = new WebSocket(`${config.url}/v1/speak?${query}`, {
      headers: { authorization: `Token ${config.apiKey}`, ...requestIdHeaders() },
      perMessageDeflate: false,
      handshakeTimeout: connectMs,
      maxPayload: largestMessage,
    });
    socket = mine;
    malformed = 0;
    mine.on("open", () => {
      for (const clause of current?.waiting ?? []) ask(clause);
      listenFor();
      settleIfWhole();
    });
    mine.on("message", (data, isBinary) => {
      if (isClosed) return;
      if (isBinary && Buffer.isBuffer(data)) hear(data);
      else read(String(data));
    });
    // What is wrong is told by the close that follows.
    mine.on("error", () => {});
    mine.on("close", () => {
      if (!isClosed && socket === mine) broken();
    });
  };
  connect();

  return {
    say(id, text) {
      if (isClosed) return;
      if (current?.id !== id) {
        current = { id, waiting: [], isFinished: false };
        if (socket && socket.readyState > WebSocket.OPEN) connect();
      }
      const clause = { text, hasSound: false };
      current.waiting.push(clause);
      if (isOpen()) ask(clause);
      listenFor();
    },
    finish(id) {
      if (current?.id !== id) return;
      current.isFinished = true;
      settleIfWhole();
    },
    drop(id) {
      if (current?.id !== id) return;
      current = null;
      clearTimeout(watch);
      if (!isOpen()) return;
      clearing += 1;
      send({ type: "Clear" });
    },
    close() {
      isClosed = true;
      clearTimeout(watch);
      current = null;
      if (isOpen()) send({ type: "Close" });
      socket?.close();
      const leaving = socket;
      setTimeout(() => leaving?.terminate(), 1_000).unref();
    },
    get characters() {
      return characters;
    },
  };
};
