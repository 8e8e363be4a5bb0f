/**
 * The calls that ring and are ready: who is meant by each, and what was opened for it. One is used once, by the stream that
 * shows its token, or dropped: when nobody answers, when something of it fails, when its time is over. Without it a call goes
 * the longer way, so nothing here is owed to anybody.
 */
import type { CallToPrepare, VoiceSession } from "@callmeback/shared/contract/voice";
import { withRequestId } from "@callmeback/shared/domain/request-id";
import { guard, traceOf } from "../guard.ts";
import { log } from "../log.ts";
import type { Metrics, PreparationEnd } from "../metrics.ts";
import { isHashOf } from "../secret.ts";
import type { EarlyEarAndVoice } from "./early-ear-and-voice.ts";

/** Twilio lets a phone ring for 45 s; then the answer and the stream take their time. */
export const lapseMs = 60_000;
/** As many as may ring at once where a process holds some hundred calls. */
export const mostPrepared = 100;

/** Opens what a call needs; `failed` when it cannot be used any more. */
type OpenEarly = (session: VoiceSession, failed: () => void) => EarlyEarAndVoice;

export interface PreparedCall {
  readonly call: CallToPrepare;
  readonly early: EarlyEarAndVoice;
  /** Hears of a bug in anything that was opened. */
  broke: (error: unknown) => void;
}

export class PreparedCalls {
  readonly #open: OpenEarly;
  readonly #metrics: Metrics;
  readonly #prepared = new Map<string, PreparedCall & { lapsing: NodeJS.Timeout }>();
  /** What comes for these comes too late. */
  readonly #running = new Set<string>();
  #isClosed = false;

  constructor(open: OpenEarly, metrics: Metrics) {
    this.#open = open;
    this.#metrics = metrics;
  }

  /** Makes a call ready, once however often it is told. False when there is no room. */
  prepare(call: CallToPrepare): boolean {
    const { session } = call;
    if (this.#prepared.has(session.call_id) || this.#running.has(session.call_id)) return true;
    if (this.#isClosed || this.#prepared.size >= mostPrepared) return false;
    const drop = (why: PreparationEnd) => this.#drop(session.call_id, why);
    const whoHears = {
      broke(error: unknown): void {
        log("preparation_broke", { call_id: session.call_id, trace: traceOf(error) });
        drop("failed");
      },
    };
    withRequestId(session.request_id, () =>
      guard((error) => whoHears.broke(error))(() => {
        const early = this.#open(session, () => drop("failed"));
        const lapsing = setTimeout(() => drop("lapsed"), lapseMs);
        this.#prepared.set(session.call_id, Object.assign(whoHears, { call, early, lapsing }));
      }),
    );
    this.#count();
    return true;
  }

  /** The call that this stream's token opens; it stays until it is taken. */
  find(stream: { call_id: string; stream_token: string }, callSid: string): PreparedCall | null {
    const prepared = this.#prepared.get(stream.call_id);
    if (prepared === undefined || prepared.call.session.call_sid !== callSid) return null;
    return isHashOf(prepared.call.stream_token_hash, stream.stream_token) ? prepared : null;
  }

  take({ call }: PreparedCall): void {
    this.#leave(call.session.call_id, "used");
  }

  /** A stream of this call runs until the returned function is called. */
  runs(callId: string): () => void {
    this.#drop(callId, "late");
    this.#running.add(callId);
    return () => this.#running.delete(callId);
  }

  /** Nobody answered. */
  forget(callId: string): void {
    this.#drop(callId, "unanswered");
  }

  close(): void {
    this.#isClosed = true;
    for (const callId of this.#prepared.keys()) this.#drop(callId, "drained");
  }

  #drop(callId: string, why: PreparationEnd): void {
    this.#leave(callId, why)?.early.close();
  }

  #leave(callId: string, why: PreparationEnd): PreparedCall | undefined {
    const prepared = this.#prepared.get(callId);
    if (prepared === undefined) return undefined;
    clearTimeout(prepared.lapsing);
    this.#prepared.delete(callId);
    this.#metrics.preparationsEnded.add(1, why);
    this.#count();
    return prepared;
  }

  #count(): void {
    this.#metrics.prepared.set(this.#prepared.size);
  }
}
