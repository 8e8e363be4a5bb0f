/**
 * ElevenLabs over one socket for the whole call, one context for each utterance. A socket that closes, stalls or talks
 * nonsense is replaced after a while, also between utterances, so that it is warm when it is needed; what was asked for
 * and has not come as sound is asked for again, from the next whole word on.
 */
import { requestIdHeaders } from "@callmeback/shared/domain/request-id";
import { WebSocket } from "ws";
import { type BackOff, backOffMs } from "../outside/back-off.ts";
import { canHelp, onRefusal, type Refusal } from "../outside/refusal.ts";
import {
  type ElevenLabsConfig,
  isHopeless,
  readVoiceMessage,
  socketUrl,
  type VoiceMessage,
  voiceSettings,
} from "./eleven-labs-wire.ts";
import { SpokenUtterance } from "./spoken-utterance.ts";
import type { Voice, VoiceEvents } from "./voice.ts";

export interface VoicePatience {
  connectMs: number;
  /** Text was sent and no sound comes. */
  stallMs: number;
  keepAliveMs: number;
  backOff: BackOff;
  mostRetryAfterMs: number;
  /** From the asking to the first sound, whatever is tried meanwhile. */
  giveUpMs: number;
  /** One after the other, without a sound between them. */
  mostFailures: number;
}
/** A caller who waits hears nothing meanwhile, and a second voice must find its first word too: see dead-air.ts. */
export const usualVoicePatience: VoicePatience = {
  connectMs: 2_000,
  stallMs: 2_000,
  keepAliveMs: 15_000,
  backOff: { firstMs: 50, mostMs: 800 },
  mostRetryAfterMs: 1_000,
  giveUpMs: 2_500,
  mostFailures: 4,
};

const largestMessage = 8 << 20;
const mostMalformed = 20;

export const openElevenLabs = (
  config: ElevenLabsConfig,
  voiceId: string,
  on: VoiceEvents,
  patience: VoicePatience = usualVoicePatience,
): Voice => {
  let current: SpokenUtterance | null = null;
  /** The context of the current utterance; a new one for each connection. */
  let context = "";
  let contexts = 0;
  let characters = 0;
  let [failures, malformed] = [0, 0];
  let isClosed = false;
  let socket: WebSocket | null = null;
  let watch: NodeJS.Timeout | undefined;
  let retrying: NodeJS.Timeout | undefined;
  let givingUp: NodeJS.Timeout | undefined;
  let isRefused = false;

  const isOpen = () => socket?.readyState === WebSocket.OPEN;
  const send = (body: object): void => socket?.send(JSON.stringify(body));

  const listenFor = (): void => {
    clearTimeout(watch);
    watch = setTimeout(() => {
      // The sound is whole; only the word that it is whole is missing.
      if (current?.isFinished && current.isAllThere) complete();
      else if (current && !current.isAllThere) {
        on.fault("ElevenLabs takes text and makes no sound.");
        socket?.terminate();
      }
    }, patience.stallMs);
  };

  const ask = (clauses: readonly string[]): void => {
    if (!isOpen()) return;
    if (context === "") {
      contexts += 1;
      context = `utterance-${contexts}`;
      send({ text: " ", context_id: context, voice_settings: voiceSettings });
    }
    for (const clause of clauses) {
      characters += clause.length;
      send({ text: `${clause} `, context_id: context, flush: true });
    }
    if (current?.isFinished) send({ context_id: context, close_context: true });
    listenFor();
  };

  /** Nothing is waited for any more. */
  const settle = (): void => {
    for (const timer of [watch, givingUp]) clearTimeout(timer);
    current = null;
    context = "";
  };

  const waitForSound = (): void => {
    clearTimeout(givingUp);
    givingUp = current?.isAllThere ? undefined : setTimeout(fail, patience.giveUpMs);
  };

  const complete = (): void => {
    const rest = current?.flush();
    const id = current?.id ?? 0;
    settle();
    if (rest) on.audio(id, rest.sound, rest.times);
    on.complete(id);
  };

  const take = (message: VoiceMessage): void => {
    if (message.error) {
      on.fault(message.error.message.slice(0, 500));
      isRefused ||= isHopeless(message.error.code);
    }
    if (!current || context === "" || message.context !== context) return;
    const piece = current.take(message);
    if (piece) {
      failures = 0;
      listenFor();
      waitForSound();
      if (piece.sound.length > 0) on.audio(current.id, piece.sound, piece.times);
    }
    if (!message.isFinal) return;
    context = "";
    if (current.isAllThere || !current.canRestart) {
      if (current.isFinished) complete();
      return;
    }
    // It gave the context up by itself: what it left out needs another.
    ask(current.restart());
  };

  const broken = (why: string, refusal: Refusal | null): void => {
    clearTimeout(watch);
    context = "";
    failures += 1;
    on.fault(why);
    const askedMs = refusal?.retryAfterMs ?? 0;
    isRefused ||= refusal !== null && !canHelp(refusal.status);
    const isTooLate = failures >= patience.mostFailures || askedMs > patience.mostRetryAfterMs;
    if (current && (isRefused || isTooLate)) fail();
    // While nothing is to be said it is tried for ever: it may be back when it is needed.
    if (isRefused || isClosed) return;
    retrying = setTimeout(connect, Math.max(askedMs, backOffMs(patience.backOff, failures, Math.random())));
  };

  const fail = (): void => {
    if (!current || isClosed) return;
    const rest = current.restart();
    settle();
    on.failed(rest);
  };

  const connect = (): void => {
    malformed = 0;
    const mine = new WebSocket(socketUrl(config, voiceId), {
      headers: { "xi-api-key": config.apiKey, ...requestIdHeaders() },
      perMessageDeflate: false,
      handshakeTimeout: patience.connectMs,
      maxPayload: largestMessage,
    });
    socket = mine;
    let refusal: Refusal | null = null;
    onRefusal(mine, (given) => {
      refusal = given;
    });
    mine.on("open", () => {
      const rest = current?.restart() ?? [];
      if (current?.isFinished && rest.length === 0) complete();
      else if (current && rest.length > 0) ask(rest);
    });
    mine.on("message", (data) => {
      if (isClosed) return;
      const message = readVoiceMessage(String(data));
      if (message) {
        take(message);
        return;
      }
      malformed += 1;
      if (malformed === 1) on.fault("ElevenLabs sent something that cannot be read.");
      if (malformed >= mostMalformed) mine.terminate();
    });
    // What is wrong is told by the close that follows.
    mine.on("error", () => {});
    mine.on("close", (code) => {
      if (isClosed) return;
      const why = refusal
        ? `ElevenLabs refused the connection with status ${refusal.status}.`
        : `ElevenLabs' socket closed (${code}).`;
      broken(why, refusal);
    });
  };
  connect();

  const keepAlive = setInterval(() => {
    if (isOpen()) send({ text: "", context_id: context || "none" });
  }, patience.keepAliveMs);

  return {
    say(id, text) {
      if (isClosed) return;
      if (current?.id !== id) {
        settle();
        current = new SpokenUtterance(id);
        if (!isOpen()) failures = 0;
      }
      const wasAllThere = current.isAllThere;
      current.add(text);
      if (wasAllThere) waitForSound();
      if (isRefused) queueMicrotask(fail);
      else ask([text]);
    },
    finish(id) {
      if (current?.id !== id) return;
      current.isFinished = true;
      if (!isOpen()) return;
      if (context === "") complete();
      else {
        send({ context_id: context, close_context: true });
        listenFor();
      }
    },
    drop(id) {
      if (current?.id !== id) return;
      if (isOpen() && context !== "") send({ context_id: context, close_context: true });
      settle();
    },
    close() {
      isClosed = true;
      settle();
      clearTimeout(retrying);
      clearInterval(keepAlive);
      const leaving = socket;
      if (leaving?.readyState !== WebSocket.OPEN) {
        leaving?.terminate();
        return;
      }
      leaving.send('{"close_socket":true}');
      const waiting = setTimeout(() => leaving.terminate(), 1_000);
      leaving.once("close", () => clearTimeout(waiting));
    },
    get characters() {
      return characters;
    },
  };
};
