/**
 * ElevenLabs over one socket for the whole call, one context for each utterance, opened before it is needed: it is what is
 * kept alive between them, and its first word need not wait for it. A socket that closes, stalls or talks
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
  /** Also for the answer to a ping: a socket whose other end is gone is found before it is needed. */
  keepAliveMs: number;
  backOff: BackOff;
  /** While nothing is to be said. */
  idleBackOff: BackOff;
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
  keepAliveMs: 5_000,
  backOff: { firstMs: 50, mostMs: 800 },
  idleBackOff: { firstMs: 200, mostMs: 30_000 },
  mostRetryAfterMs: 1_000,
  giveUpMs: 2_500,
  mostFailures: 4,
};

const largestMessage = 8 << 20;
const mostMalformed = 20;
/** However long it asks to be left alone: timers know no more, and it may be back. */
const longestWaitMs = 60_000;

export const openElevenLabs = (
  config: ElevenLabsConfig,
  voiceId: string,
  on: VoiceEvents,
  patience: VoicePatience = usualVoicePatience,
): Voice => {
  let current: SpokenUtterance | null = null;
  /** The context of the current utterance, or of the next; a new one for each connection. Empty: none is open. */
  let context = "";
  let contexts = 0;
  /** Text was sent in it. */
  let isUsed = false;
  let characters = 0;
  let [failures, malformed] = [0, 0];
  let isClosed = false;
  let socket: WebSocket | null = null;
  let watch: NodeJS.Timeout | undefined;
  let retrying: NodeJS.Timeout | undefined;
  let givingUp: NodeJS.Timeout | undefined;
  let isRefused = false;
  let isPinged = false;
  /** Until then it asked to be left alone. */
  let notBefore = 0;

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

  const openContext = (): void => {
    contexts += 1;
    context = `utterance-${contexts}`;
    isUsed = false;
    send({ text: " ", context_id: context, voice_settings: voiceSettings });
  };
  const closeContext = (): void => send({ context_id: context, close_context: true });

  const ask = (clauses: readonly string[]): void => {
    if (!isOpen() || clauses.length === 0) return;
    if (context === "") openContext();
    isUsed = true;
    for (const clause of clauses) {
      characters += clause.length;
      send({ text: `${clause} `, context_id: context, flush: true });
    }
    if (current?.isFinished) closeContext();
    listenFor();
  };

  /** Nothing is waited for any more. */
  const settle = (): void => {
    for (const timer of [watch, givingUp]) clearTimeout(timer);
    current = null;
    if (isUsed) forgetContext();
    if (context === "" && isOpen() && !isClosed) openContext();
  };
  const forgetContext = (): void => {
    context = "";
    isUsed = false;
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
    if (context === "" || message.context !== context) return;
    if (current && isUsed) hear(current, message);
    // It gave it up by itself; the next is opened when it is asked for, or kept alive.
    else if (message.isFinal) forgetContext();
  };

  const hear = (utterance: SpokenUtterance, message: VoiceMessage): void => {
    const piece = utterance.take(message);
    if (utterance.isOverlong) {
      on.fault("ElevenLabs makes more sound than its text can be.");
      if (!utterance.isFinished) closeContext();
      utterance.skipRest();
      forgetContext();
      waitForSound();
      if (utterance.isFinished) complete();
      return;
    }
    if (piece) {
      failures = 0;
      listenFor();
      waitForSound();
      if (piece.sound.length > 0) on.audio(utterance.id, piece.sound, piece.times);
    }
    if (!message.isFinal) return;
    forgetContext();
    if (utterance.isWhole || !utterance.canRestart) {
      if (utterance.isFinished) complete();
      return;
    }
    // It gave the context up by itself: what it left out needs another.
    ask(utterance.restart());
  };

  const broken = (why: string, refusal: Refusal | null): void => {
    clearTimeout(watch);
    forgetContext();
    failures += 1;
    on.fault(why);
    const askedMs = refusal?.retryAfterMs ?? 0;
    isRefused ||= refusal !== null && !canHelp(refusal.status);
    const isTooLate = failures >= patience.mostFailures || askedMs > patience.mostRetryAfterMs;
    if (current && (isRefused || isTooLate)) fail();
    // While nothing is to be said it is tried for ever: it may be back when it is needed.
    if (isRefused || isClosed) return;
    const backOff = current ? patience.backOff : patience.idleBackOff;
    notBefore = performance.now() + askedMs;
    const waitMs = Math.max(askedMs, backOffMs(backOff, failures, Math.random()));
    retrying = setTimeout(connect, Math.min(waitMs, longestWaitMs));
  };

  /** Something is to be said, and it waits for a better time to connect. */
  const hurry = (): void => {
    failures = 0;
    if (retrying === undefined) return;
    const waitMs = Math.max(0, notBefore - performance.now());
    clearTimeout(retrying);
    if (waitMs > patience.mostRetryAfterMs) queueMicrotask(fail);
    retrying = setTimeout(connect, Math.min(waitMs, longestWaitMs));
  };

  const fail = (): void => {
    if (!current || isClosed) return;
    const rest = current.restart();
    settle();
    on.failed(rest);
  };

  const connect = (): void => {
    malformed = 0;
    retrying = undefined;
    isPinged = false;
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
      openContext();
      const rest = current?.restart() ?? [];
      if (current?.isFinished && rest.length === 0) complete();
      else if (current && rest.length > 0) ask(rest);
    });
    mine.on("pong", () => {
      isPinged = false;
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
    if (!isOpen()) return;
    if (isPinged) {
      socket?.terminate();
      return;
    }
    isPinged = true;
    socket?.ping();
    if (context === "") openContext();
    else if (!current?.isFinished) send({ text: "", context_id: context });
  }, patience.keepAliveMs);

  return {
    say(id, text) {
      if (isClosed) return;
      if (current?.id !== id) {
        settle();
        current = new SpokenUtterance(id);
        if (!isOpen()) hurry();
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
      if (!isUsed) complete();
      else {
        closeContext();
        listenFor();
      }
    },
    drop(id) {
      if (current?.id !== id) return;
      if (isOpen() && isUsed) closeContext();
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
