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
import { VoiceContext } from "./eleven-labs-context.ts";
import {
  type ElevenLabsConfig,
  isHopeless,
  readVoiceMessage,
  socketUrl,
  type VoiceMessage,
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
/** A caller who waits hears nothing meanwhile; a second voice is asked before it is given up: see second-voice.ts. */
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
  /** That of the current utterance, or of the next; a new one for each connection. */
  let context: VoiceContext | null = null;
  let contexts = 0;
  /** The socket said something since it was asked last. */
  let hasAnswered = false;
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
        if (hasAnswered && context && !context.hasSounded && !context.isRepeat) askAgain(current);
        else socket?.terminate();
      }
    }, patience.stallMs);
  };

  const openContext = (isRepeat = false): VoiceContext => {
    contexts += 1;
    context = new VoiceContext(`utterance-${contexts}`, isRepeat, send);
    return context;
  };
  const leaveContext = (): void => {
    context?.close();
    context = null;
  };
  const closeOnceSounding = (): void => {
    if (current?.isFinished && context?.hasSounded) context.close();
  };

  const ask = (clauses: readonly string[]): void => {
    if (!isOpen() || clauses.length === 0) return;
    const asked = context ?? openContext();
    hasAnswered = false;
    for (const clause of clauses) {
      characters += clause.length;
      asked.say(clause);
    }
    if (givingUp === undefined) waitForSound();
    closeOnceSounding();
    listenFor();
  };
  const askRest = (rest: readonly string[]): void => {
    if (current?.isFinished && rest.length === 0) complete();
    else ask(rest);
  };
  /** What no context made sound of yet is asked in another. */
  const askAgain = (utterance: SpokenUtterance): void => {
    leaveContext();
    if (!utterance.canRestart) {
      fail();
      return;
    }
    openContext(true);
    askRest(utterance.restart());
  };

  /** Nothing is waited for any more. */
  const settle = (): void => {
    for (const timer of [watch, givingUp]) clearTimeout(timer);
    givingUp = undefined;
    current = null;
    if (context?.isUsed) leaveContext();
    if (!context && isOpen() && !isClosed) openContext();
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
    hasAnswered = true;
    if (message.error) {
      on.fault(message.error.message.slice(0, 500));
      isRefused ||= isHopeless(message.error.code);
    }
    if (!context || message.context !== context.id) return;
    if (current && context.isUsed) hear(context, current, message);
    // It gave it up by itself; the next is opened when it is asked for, or kept alive.
    else if (message.isFinal) context = null;
  };

  const hear = (mine: VoiceContext, utterance: SpokenUtterance, message: VoiceMessage): void => {
    const piece = utterance.take(message);
    if (utterance.isOverlong) {
      on.fault("ElevenLabs makes more sound than its text can be.");
      if (utterance.hasSounded) skipRest(utterance);
      else askAgain(utterance);
      return;
    }
    if (message.sound) {
      mine.hasSounded = true;
      if (!message.isFinal) closeOnceSounding();
    }
    if (piece) {
      failures = 0;
      listenFor();
      waitForSound();
      if (piece.sound.length > 0) on.audio(utterance.id, piece.sound, piece.times);
    }
    if (message.isFinal && context === mine) hearEnd(mine, utterance);
  };

  const skipRest = (utterance: SpokenUtterance): void => {
    leaveContext();
    utterance.skipRest();
    waitForSound();
    if (utterance.isFinished) complete();
  };

  const hearEnd = (mine: VoiceContext, utterance: SpokenUtterance): void => {
    context = null;
    const isDone = utterance.isWhole || !utterance.canRestart;
    // It gave the context up by itself, or made no sound of it: what it left out needs another.
    if (!mine.hasSounded || !isDone) askAgain(utterance);
    else if (utterance.isFinished) complete();
  };

  const broken = (why: string, refusal: Refusal | null): void => {
    clearTimeout(watch);
    context = null;
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
      if (current) askRest(current.restart());
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
    if (!context) openContext();
    else if (!current?.isFinished) context.keepAlive();
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
      if (!context?.isUsed) complete();
      else {
        closeOnceSounding();
        listenFor();
      }
    },
    drop(id) {
      if (current?.id === id) settle();
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
