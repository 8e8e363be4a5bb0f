/**
 * Deepgram's Aura, the second choice of voice: another sound, but a voice. It tells no times of its characters, so what
 * was heard of it is an estimate by its usual pace; and it counts flushes, so clauses go together when there are many.
 */
import type { WebSocket } from "ws";
import * as z from "zod";
import { connectTo, isOpen, leaveSocket } from "../outside/provider-socket.ts";
import { canHelp, type Refusal } from "../outside/refusal.ts";
import { FlushBudget } from "./flush-budget.ts";
import { bytesPerMs, mostSound, msPerCharacter, timesByPace } from "./pace.ts";
import { letters, unspoken } from "./unspoken.ts";
import type { Voice, VoiceEvents } from "./voice.ts";

export interface AuraConfig {
  url: string;
  apiKey: string;
  model: string;
}

export interface AuraPatience {
  connectMs: number;
  /** Text was flushed and no sound comes: before its first sound, and between two pieces of it. */
  silentMs: number;
  stallMs: number;
  /** From the asking to the first sound, whatever is tried meanwhile. */
  giveUpMs: number;
}
/** With the first voice's own, shorter than a caller is left without a word: see dead-air.ts. */
export const usualAuraPatience: AuraPatience = {
  connectMs: 1_500,
  silentMs: 1_100,
  stallMs: 2_200,
  giveUpMs: 2_200,
};

const mostTries = 2;
const mostMalformed = 20;
/** What it is still to say comes before it closes. */
const farewell = '{"type":"Close"}';
const largestMessage = 8 << 20;
const message = z.object({ type: z.string(), description: z.string().optional() });

/** Clauses that were flushed together. */
interface Part {
  text: string;
  bytes: number;
}
interface Utterance {
  id: number;
  /** Asked for, and not all there yet. */
  parts: Part[];
  /** Not asked for yet. */
  held: string[];
  isFinished: boolean;
}

export const openAura = (
  config: AuraConfig,
  on: VoiceEvents,
  patience: AuraPatience = usualAuraPatience,
): Voice => {
  let current: Utterance | null = null;
  let socket: WebSocket | null = null;
  /** Sound until then is of an utterance that was dropped. */
  let clearing = 0;
  let characters = 0;
  let [tries, malformed] = [0, 0];
  let isClosed = false;
  let watch: NodeJS.Timeout | undefined;
  let givingUp: NodeJS.Timeout | undefined;
  let flushing: NodeJS.Timeout | undefined;
  /** Each connection has one of its own. */
  let flushes = new FlushBudget();
  /** When the sound that has come will have been heard. */
  let soundUntil = 0;
  const now = () => performance.now();

  const send = (body: object): void => socket?.send(JSON.stringify(body));
  const stopWaiting = (): void => {
    for (const timer of [watch, givingUp, flushing]) clearTimeout(timer);
    givingUp = undefined;
  };
  const listenFor = (): void => {
    clearTimeout(watch);
    const [part] = current?.parts ?? [];
    if (!part) return;
    watch = setTimeout(() => socket?.terminate(), part.bytes > 0 ? patience.stallMs : patience.silentMs);
  };
  /** Counts from the first asking on, over all connections, to the first sound. */
  const waitForSound = (): void => {
    givingUp ??= setTimeout(fail, patience.giveUpMs);
  };

  const pump = (): void => {
    clearTimeout(flushing);
    if (!current || current.held.length === 0 || !isOpen(socket)) return;
    const waitMs = flushes.waitMs(now(), soundUntil);
    if (waitMs === 0) flush(current, flushes.isGenerous ? 1 : current.held.length);
    else if (flushes.isSpent && current.parts.length === 0) {
      leaveSocket(socket, farewell);
      connect();
    } else flushing = setTimeout(pump, waitMs);
  };

  const flush = (utterance: Utterance, clauses: number): void => {
    flushes.spend(now());
    const texts = utterance.held.splice(0, clauses);
    for (const text of texts) {
      characters += text.length;
      send({ type: "Speak", text });
    }
    send({ type: "Flush" });
    utterance.parts.push({ text: texts.join(" "), bytes: 0 });
    waitForSound();
    listenFor();
    pump();
  };

  const settleIfWhole = (): void => {
    if (!current?.isFinished || current.parts.length > 0 || current.held.length > 0) return;
    const { id } = current;
    current = null;
    stopWaiting();
    on.complete(id);
  };

  const hear = (sound: Buffer): void => {
    const [part] = current?.parts ?? [];
    if (!current || !part || clearing > 0 || sound.length === 0) return;
    tries = 0;
    clearTimeout(givingUp);
    givingUp = undefined;
    const times = part.bytes > 0 ? null : timesByPace(`${part.text} `);
    part.bytes += sound.length;
    if (part.bytes > mostSound(part.text.length)) {
      on.fault("Aura makes more sound than its text can be.");
      socket?.terminate();
      return;
    }
    soundUntil = Math.max(now(), soundUntil) + sound.length / bytesPerMs;
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
    else if (data.type === "Flushed" && clearing === 0 && current) ended(current);
  };

  const ended = (utterance: Utterance): void => {
    const [part] = utterance.parts;
    // What sounds from now on could be any part's: they are asked for again.
    if (part?.bytes === 0) {
      on.fault("Aura ended a text without a sound.");
      socket?.terminate();
      return;
    }
    utterance.parts.shift();
    if (utterance.parts.length > 0) waitForSound();
    listenFor();
    pump();
    settleIfWhole();
  };

  const fail = (): void => {
    if (!current || isClosed) return;
    const rest = restOf(current);
    current = null;
    stopWaiting();
    on.failed(rest);
  };
  /** What sounded already, by the usual pace, is not said twice. */
  const restOf = ({ parts, held }: Utterance): string[] => [
    ...parts.flatMap(({ text, bytes }) => {
      const spoken = text.slice(0, Math.ceil(bytes / bytesPerMs / msPerCharacter));
      return unspoken([text], letters(spoken));
    }),
    ...held,
  ];

  const broken = (refusal: Refusal | null): void => {
    clearTimeout(watch);
    on.fault(
      refusal ? `Aura refused the connection with status ${refusal.status}.` : "Aura's socket closed.",
    );
    if (!current) return;
    current.held = restOf(current);
    current.parts = [];
    settleIfWhole();
    if (!current) return;
    waitForSound();
    tries += 1;
    const isRefused =
      refusal !== null && (!canHelp(refusal.status) || (refusal.retryAfterMs ?? 0) > patience.giveUpMs);
    if (tries < mostTries && !isRefused) connect();
    else fail();
  };

  const connect = (): void => {
    const query = new URLSearchParams({ model: config.model, encoding: "mulaw", sample_rate: "8000" });
    [malformed, clearing] = [0, 0];
    flushes = new FlushBudget();
    const mine = connectTo(
      {
        url: `${config.url}/v1/speak?${query}`,
        headers: { authorization: `Token ${config.apiKey}` },
        connectMs: patience.connectMs,
        largestMessage,
      },
      {
        open() {
          if (socket !== mine) return;
          pump();
          settleIfWhole();
        },
        message(data, isBinary) {
          if (isClosed || socket !== mine) return;
          if (isBinary) hear(data);
          else read(String(data));
        },
        close(_, refusal) {
          if (!isClosed && socket === mine) broken(refusal);
        },
      },
    );
    socket = mine;
  };
  connect();

  return {
    say(id, text) {
      if (isClosed) return;
      if (current?.id !== id) {
        stopWaiting();
        current = { id, parts: [], held: [], isFinished: false };
        [tries, soundUntil] = [0, 0];
        if (socket && socket.readyState > socket.OPEN) connect();
      }
      current.held.push(text);
      if (!isOpen(socket)) waitForSound();
      pump();
    },
    finish(id) {
      if (current?.id !== id) return;
      current.isFinished = true;
      settleIfWhole();
    },
    drop(id) {
      if (current?.id !== id) return;
      const wasAsked = current.parts.length > 0;
      current = null;
      stopWaiting();
      if (!isOpen(socket) || !wasAsked) return;
      clearing += 1;
      send({ type: "Clear" });
    },
    close() {
      isClosed = true;
      stopWaiting();
      current = null;
      leaveSocket(socket, farewell);
    },
    get characters() {
      return characters;
    },
  };
};
