/**
 * ElevenLabs' socket of a call. One that closes, stalls or talks nonsense is replaced after a while, also while nothing is to be
 * said, so that it is warm when it is needed.
 */
import type { WebSocket } from "ws";
import { type BackOff, backOffMs } from "../outside/back-off.ts";
import { connectTo, isOpen, leaveSocket } from "../outside/provider-socket.ts";
import { canHelp, type Refusal } from "../outside/refusal.ts";
import { type ElevenLabsConfig, readVoiceMessage, socketUrl, type VoiceMessage } from "./eleven-labs-wire.ts";

export interface SocketPatience {
  connectMs: number;
  /** Also for the answer to a ping: a socket whose other end is gone is found before it is needed. */
  keepAliveMs: number;
  backOff: BackOff;
  /** While nothing is to be said. */
  idleBackOff: BackOff;
  mostRetryAfterMs: number;
  /** One after the other, without a sound between them. */
  mostFailures: number;
}

export interface SocketEvents {
  opened(): void;
  said(message: VoiceMessage): void;
  /** It has been open for a while again, and must not be silent for long. */
  beat(): void;
  fault(message: string): void;
  /** @param isLost whether another would come too late, or none */
  broken(why: string, isLost: boolean): void;
}

const largestMessage = 8 << 20;
const mostMalformed = 20;
/** However long it asks to be left alone: timers know no more, and it may be back. */
const longestWaitMs = 60_000;

export class ElevenLabsSocket {
  readonly #config: ElevenLabsConfig;
  readonly #voiceId: string;
  readonly #patience: SocketPatience;
  readonly #on: SocketEvents;
  readonly #keepAlive: NodeJS.Timeout;
  #socket: WebSocket | null = null;
  #retrying: NodeJS.Timeout | undefined;
  #failures = 0;
  #malformed = 0;
  #isPinged = false;
  #isClosed = false;
  /** Until then it asked to be left alone. */
  #notBefore = 0;
  /** Something is to be said. */
  isNeeded = false;
  /** It would be refused again. */
  isRefused = false;

  constructor(config: ElevenLabsConfig, voiceId: string, patience: SocketPatience, on: SocketEvents) {
    this.#config = config;
    this.#voiceId = voiceId;
    this.#patience = patience;
    this.#on = on;
    this.#connect();
    this.#keepAlive = setInterval(() => this.#beat(), patience.keepAliveMs);
  }

  get isOpen(): boolean {
    return isOpen(this.#socket);
  }

  send(body: object): void {
    this.#socket?.send(JSON.stringify(body));
  }

  /** It made sound. */
  worked(): void {
    this.#failures = 0;
  }

  /** Another is tried. */
  replace(): void {
    this.#socket?.terminate();
  }

  /** Does not wait for a better time to connect; answers whether it could be in time. */
  hurry(): boolean {
    this.#failures = 0;
    if (this.#retrying === undefined) return true;
    const waitMs = Math.max(0, this.#notBefore - performance.now());
    clearTimeout(this.#retrying);
    this.#connectIn(waitMs);
    return waitMs <= this.#patience.mostRetryAfterMs;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retrying);
    clearInterval(this.#keepAlive);
    leaveSocket(this.#socket, '{"close_socket":true}');
  }

  #connectIn(ms: number): void {
    this.#retrying = setTimeout(() => this.#connect(), Math.min(ms, longestWaitMs));
  }

  #connect(): void {
    this.#malformed = 0;
    this.#retrying = undefined;
    this.#isPinged = false;
    const { apiKey } = this.#config;
    const url = socketUrl(this.#config, this.#voiceId);
    const { connectMs } = this.#patience;
    this.#socket = connectTo(
      { url, headers: { "xi-api-key": apiKey }, connectMs, largestMessage },
      {
        open: () => this.#on.opened(),
        message: (data) => {
          if (!this.#isClosed) this.#read(String(data));
        },
        pong: () => {
          this.#isPinged = false;
        },
        close: (code, refusal) => {
          if (!this.#isClosed) this.#broken(code, refusal);
        },
      },
    );
  }

  #read(text: string): void {
    const message = readVoiceMessage(text);
    if (message) {
      this.#on.said(message);
      return;
    }
    this.#malformed += 1;
    if (this.#malformed === 1) this.#on.fault("ElevenLabs sent something that cannot be read.");
    if (this.#malformed >= mostMalformed) this.replace();
  }

  #broken(code: number, refusal: Refusal | null): void {
    const patience = this.#patience;
    this.#failures += 1;
    const why = refusal
      ? `ElevenLabs refused the connection with status ${refusal.status}.`
      : `ElevenLabs' socket closed (${code}).`;
    const askedMs = refusal?.retryAfterMs ?? 0;
    this.isRefused ||= refusal !== null && !canHelp(refusal.status);
    const isTooLate = this.#failures >= patience.mostFailures || askedMs > patience.mostRetryAfterMs;
    this.#on.broken(why, this.isRefused || isTooLate);
    // While nothing is to be said it is tried for ever: it may be back when it is needed.
    if (this.isRefused || this.#isClosed) return;
    const backOff = this.isNeeded ? patience.backOff : patience.idleBackOff;
    this.#notBefore = performance.now() + askedMs;
    this.#connectIn(Math.max(askedMs, backOffMs(backOff, this.#failures, Math.random())));
  }

  #beat(): void {
    if (!this.isOpen) return;
    if (this.#isPinged) {
      this.replace();
      return;
    }
    this.#isPinged = true;
    this.#socket?.ping();
    this.#on.beat();
  }
}
