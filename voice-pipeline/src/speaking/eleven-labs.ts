/**
 * ElevenLabs over one socket for the whole call, one context for each utterance, opened before it is needed: it is what is
 * kept alive between them, and its first word need not wait for it. What was asked for of a socket that broke, and has not come as
 * sound, is asked for again, from the next whole word on.
 */
import { VoiceContext } from "./eleven-labs-context.ts";
import { ElevenLabsSocket, type SocketPatience } from "./eleven-labs-socket.ts";
import { type ElevenLabsConfig, isHopeless, type VoiceMessage } from "./eleven-labs-wire.ts";
import { SpokenUtterance } from "./spoken-utterance.ts";
import type { Voice, VoiceEvents } from "./voice.ts";

export interface VoicePatience extends SocketPatience {
  /** Text was sent and no sound comes. */
  stallMs: number;
  /** From the asking to the first sound, whatever is tried meanwhile. */
  giveUpMs: number;
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
  let isClosed = false;
  let watch: NodeJS.Timeout | undefined;
  let givingUp: NodeJS.Timeout | undefined;

  const listenFor = (): void => {
    clearTimeout(watch);
    watch = setTimeout(() => {
      // The sound is whole; only the word that it is whole is missing.
      if (current?.isFinished && current.isAllThere) complete();
      else if (current && !current.isAllThere) {
        on.fault("ElevenLabs takes text and makes no sound.");
        if (hasAnswered && context && !context.hasSounded && !context.isRepeat) askAgain(current);
        else socket.replace();
      }
    }, patience.stallMs);
  };

  const openContext = (isRepeat = false): VoiceContext => {
    contexts += 1;
    context = new VoiceContext(`utterance-${contexts}`, isRepeat, (body) => socket.send(body));
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
    if (!socket.isOpen || clauses.length === 0) return;
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
    socket.isNeeded = false;
    if (context?.isUsed) leaveContext();
    if (!context && socket.isOpen && !isClosed) openContext();
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
      socket.isRefused ||= isHopeless(message.error.code);
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
      socket.worked();
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

  const fail = (): void => {
    if (!current || isClosed) return;
    const rest = current.restart();
    settle();
    on.failed(rest);
  };

  const socket = new ElevenLabsSocket(config, voiceId, patience, {
    opened() {
      openContext();
      if (current) askRest(current.restart());
    },
    said: take,
    beat() {
      if (!context) openContext();
      else if (!current?.isFinished) context.keepAlive();
    },
    fault: on.fault,
    broken(why, isLost) {
      clearTimeout(watch);
      context = null;
      on.fault(why);
      if (isLost) fail();
    },
  });

  return {
    say(id, text) {
      if (isClosed) return;
      if (current?.id !== id) {
        settle();
        current = new SpokenUtterance(id);
        socket.isNeeded = true;
        if (!socket.isOpen && !socket.hurry()) queueMicrotask(fail);
      }
      const wasAllThere = current.isAllThere;
      current.add(text);
      if (wasAllThere) waitForSound();
      if (socket.isRefused) queueMicrotask(fail);
      else ask([text]);
    },
    finish(id) {
      if (current?.id !== id) return;
      current.isFinished = true;
      if (!socket.isOpen) return;
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
      socket.close();
    },
    get characters() {
      return characters;
    },
  };
};
