/**
 * One live line to Deepgram that outlives its sockets. Sound waits from the first frame until a socket opens; one that
 * breaks, stalls or talks nonsense is replaced after a while, at last by one to another model, and the sound that was not
 * yet understood is sent again.
 */
import type { WebSocket } from "ws";
import { type BackOff, backOffMs } from "../outside/back-off.ts";
import { connectTo, isOpen, leaveSocket } from "../outside/provider-socket.ts";
import { canHelp, type Refusal } from "../outside/refusal.ts";
import type { Hearing, HearingEvent } from "./hearing.ts";
import { KeptSound } from "./kept-sound.ts";
import type { TurnEvent, TurnReader } from "./turn-reader.ts";

export interface Patience {
  connectMs: number;
  /** Speech was sent and nothing came back for so long. Twice as long after each time that a new socket was no better. */
  stallMs: number;
  lookMs: number;
  keepAliveMs: number;
  backOff: BackOff;
  /** A retry-after longer than this is no help to a call. */
  mostRetryAfterMs: number;
  mostFailures: number;
  /** Of these the same model is given so many, before another is asked. */
  mostOfOne: number;
  /** Nobody hears for so long: the caller is told. */
  awayMs: number;
}
export const usualPatience: Patience = {
  connectMs: 2_000,
  stallMs: 2_500,
  lookMs: 500,
  keepAliveMs: 4_000,
  backOff: { firstMs: 100, mostMs: 2_000 },
  mostRetryAfterMs: 5_000,
  mostFailures: 4,
  mostOfOne: 2,
  awayMs: 2_500,
};

export interface Listener {
  url: string;
  turns: TurnReader;
  /** A text frame; null where only sound keeps the line alive. */
  keepAlive: string | null;
}
interface Line {
  /** In the order of preference. */
  listeners: readonly [Listener, ...Listener[]];
  apiKey: string;
  patience: Patience;
}

const bytesPerMs = 8;
const mostKept = 20_000 * bytesPerMs;
const largestMessage = 1 << 20;
/** Speech after which a model must have had something to say. */
const tellingSpeechMs = 1_000;
/** A socket that stood for so long was no failure. */
const soundMs = 5_000;
/** The backlog is heard by then, and what it holds is told. */
const caughtUpMs = 1_000;
const mostMalformed = 20;
const mostStalls = 4;
/** In a silence in which no turn goes on, or in a long one, none ends: its sound goes in fewer, larger pieces. */
const calmAfter = 1_000 * bytesPerMs;
const calmPiece = 100 * bytesPerMs;
/** What waited is sent in pieces as large as the provider likes them. */
const largestPiece = 200 * bytesPerMs;
const silence = Buffer.alloc(80 * bytesPerMs, 0xff);

export const listen = (line: Line, emit: (event: HearingEvent) => void): Hearing => {
  const { patience } = line;
  let [listener] = line.listeners;
  let { turns } = listener;
  /** Those that would refuse again. */
  const refusing = new Set<Listener>();
  const kept = new KeptSound(mostKept);
  let failures = 0;
  let isClosed = false;
  let socket: WebSocket | null = null;
  let retrying: NodeJS.Timeout | undefined;
  /** Bytes of the call: where this connection's sound begins, and up to where it was sent. */
  let [origin, sent] = [0, 0];
  let [openedAt, messageAt, heardAt, pingedAt] = [0, 0, 0, 0];
  let [speechMs, stalls] = [0, 0];
  let calmBytes = 0;
  let wasSpeech = false;
  /** Speech or words came, and no end of their turn. */
  let isTurnOpen = false;
  let malformed = 0;
  let isPinged = false;
  /** Speech came that nothing was said of yet. */
  let isWaitedFor = false;
  let isAway = false;
  let lostAt: number | null = performance.now();
  const now = () => performance.now();

  const pump = (): void => {
    if (!isOpen(socket) || sent === kept.end) return;
    while (sent < kept.end) {
      const piece = kept.read(sent, largestPiece);
      socket?.send(piece);
      sent += piece.length;
    }
  };

  const tell = (event: TurnEvent): void => {
    if (event.type === "error") emit({ type: "fault", message: event.message.slice(0, 500) });
    else if (event.type === "words" || event.type === "turn-resumed") {
      isTurnOpen = true;
      emit(event);
    } else if (event.type !== "malformed") {
      const agoMs = (ms: number) => Math.max(0, kept.end / bytesPerMs - ms);
      const { type, text, startMs, endMs } = event;
      isTurnOpen = type !== "turn-ended";
      emit({ type, text, startedAgoMs: agoMs(startMs), endpointingMs: agoMs(endMs) });
    }
  };

  const take = (text: string): void => {
    const event = turns.read(text, { fromMs: origin / bytesPerMs, toMs: sent / bytesPerMs });
    if (event?.type === "malformed") {
      malformed += 1;
      if (malformed === 1) emit({ type: "fault", message: "Deepgram sent something that cannot be read." });
      if (malformed >= mostMalformed) socket?.terminate();
      return;
    }
    messageAt = now();
    speechMs = 0;
    isWaitedFor = false;
    found();
    const understood = turns.settledMs * bytesPerMs;
    if (understood > origin) failures = 0;
    kept.forget(understood);
    if (event?.type === "words") stalls = 0;
    if (event) tell(event);
  };

  const found = (): void => {
    lostAt = null;
    if (isAway) emit({ type: "back" });
    isAway = false;
  };

  /** Another model hears on from where this one stopped. */
  const changeListener = (): void => {
    const { listeners } = line;
    const after = listeners.indexOf(listener) + 1;
    const order = [...listeners.slice(after), ...listeners.slice(0, after)];
    const legacy = turns.leave();
    listener = order.find((each) => !refusing.has(each)) ?? listener;
    turns = listener.turns;
    turns.takeOver(legacy);
  };

  const fail = (message: string): void => {
    emit({ type: "fault", message });
    stop();
    emit({ type: "failed" });
  };

  const broken = (code: number, refusal: Refusal | null): void => {
    lostAt ??= now();
    turns.reconnect();
    if (openedAt > 0 && messageAt > 0 && now() - openedAt >= soundMs) failures = 0;
    failures += 1;
    const why = refusal
      ? `Deepgram refused the connection with status ${refusal.status}.`
      : `Deepgram's socket closed (${code}).`;
    const askedMs = refusal?.retryAfterMs ?? 0;
    const isRefused = refusal !== null && (!canHelp(refusal.status) || askedMs > patience.mostRetryAfterMs);
    if (isRefused) refusing.add(listener);
    if (failures >= patience.mostFailures || refusing.size === line.listeners.length) {
      fail(why);
      return;
    }
    emit({ type: "fault", message: why });
    if (isRefused || failures % patience.mostOfOne === 0) changeListener();
    const waitMs = isRefused ? 0 : Math.max(askedMs, backOffMs(patience.backOff, failures, Math.random()));
    retrying = setTimeout(connect, waitMs);
  };

  const connect = (): void => {
    [openedAt, messageAt, speechMs, malformed, isPinged] = [0, 0, 0, 0, false];
    socket = connectTo(
      {
        url: listener.url,
        headers: { authorization: `Token ${line.apiKey}` },
        connectMs: patience.connectMs,
        largestMessage,
      },
      {
        open() {
          openedAt = now();
          heardAt = now();
          if (!isWaitedFor) found();
          kept.forget(turns.settledMs * bytesPerMs);
          origin = kept.start;
          sent = origin;
          pump();
        },
        message(data) {
          if (!isClosed) take(String(data));
        },
        pong() {
          isPinged = false;
        },
        close(code, refusal) {
          if (!isClosed) broken(code, refusal);
        },
      },
    );
  };

  const look = (): void => {
    if (!isAway && lostAt !== null && now() - lostAt >= patience.awayMs) {
      isAway = true;
      emit({ type: "away" });
    }
    if (!isOpen(socket)) return;
    // Noise without words is no reason to hurry: a line that did speak is given longer each time.
    const stallMs = patience.stallMs * (messageAt > 0 ? 2 ** Math.min(stalls, mostStalls) : 1);
    const isStalled = speechMs >= tellingSpeechMs && now() - Math.max(openedAt, messageAt) >= stallMs;
    const isPingDue = now() - pingedAt >= patience.keepAliveMs;
    if (isStalled || (isPingDue && isPinged)) {
      stalls += 1;
      lostAt ??= Math.max(openedAt, messageAt);
      emit({ type: "fault", message: "Deepgram takes sound and says nothing." });
      socket?.terminate();
      return;
    }
    if (!isPingDue) return;
    pingedAt = now();
    isPinged = true;
    socket?.ping();
    if (listener.keepAlive !== null) socket?.send(listener.keepAlive);
    else if (now() - heardAt >= patience.keepAliveMs) hear(silence, false);
  };
  const looking = setInterval(look, patience.lookMs);

  const hear = (sound: Buffer, isSpeech: boolean): void => {
    if (isClosed || sound.length === 0) return;
    heardAt = now();
    if (isSpeech) speechMs += sound.length / bytesPerMs;
    isWaitedFor ||= isSpeech;
    kept.push(sound);
    // To the newest sound nobody had time to answer.
    const calmMs = isSpeech ? 0 : calmBytes / bytesPerMs;
    calmBytes = isSpeech ? 0 : calmBytes + sound.length;
    isTurnOpen ||= isSpeech && !wasSpeech;
    wasSpeech = isSpeech;
    const isCalm = !isSpeech && (!isTurnOpen || calmBytes >= calmAfter);
    if (!isCalm || kept.end - sent >= calmPiece) pump();
    if (!isOpen(socket) || now() - openedAt < caughtUpMs) return;
    const ended = turns.overdue(kept.end / bytesPerMs, calmMs);
    if (ended) tell(ended);
  };

  const stop = (): void => {
    isClosed = true;
    clearInterval(looking);
    clearTimeout(retrying);
  };

  connect();
  return {
    hear,
    close() {
      if (isClosed) return;
      stop();
      leaveSocket(socket, '{"type":"CloseStream"}');
    },
    get heardSeconds() {
      return kept.end / bytesPerMs / 1_000;
    },
  };
};
