/** What a call writes down of itself: in its journal, for Prometheus and in the log. */
import type { EndReason, Fault, VoiceSession } from "@callmeback/shared/contract/voice";
import type { Action, Provider, Turn } from "../conversation/events.ts";
import { log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { type Journal, unmeasured } from "./journal.ts";

interface Parts {
  session: Pick<VoiceSession, "call_id">;
  journal: Pick<Journal, "append">;
  metrics: Metrics;
}

const mostFaultNames = 50;
const mostEvidence = 500;

export class CallNotes {
  readonly #parts: Parts;
  /** How often each came. */
  readonly #faults = new Map<string, number>();
  #isEnded = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  turn({ speaker, text, startedAt, endedAt, interrupted, latency }: Turn): void {
    const { session, journal, metrics } = this.#parts;
    const [started_at, ended_at] = [new Date(startedAt).toISOString(), new Date(endedAt).toISOString()];
    journal.append(
      { type: "turn", speaker, text: text.slice(0, 20_000), started_at, ended_at, interrupted, latency },
      new Date(),
    );
    metrics.turns.add(1, speaker);
    if (interrupted) metrics.interruptions.add(1);
    if (latency) metrics.latency(latency);
    log("turn", { call_id: session.call_id, speaker, interrupted, ...latency });
  }

  optedOut({ source, evidence }: Action & { type: "opt-out" }): void {
    this.#parts.journal.append(
      { type: "opt_out", source, evidence: evidence.slice(0, mostEvidence) },
      new Date(),
    );
  }

  recording(consent: "given" | "withdrawn", evidence: string): void {
    this.#parts.journal.append(
      { type: "recording", consent, evidence: evidence.slice(0, mostEvidence) },
      new Date(),
    );
  }

  /** Of an outage that lasts, the first and each tenth are written down. */
  fault(provider: Provider, message: string): void {
    const { session, journal, metrics } = this.#parts;
    metrics.faults.add(1, provider);
    const times = this.#count(`${provider}: ${message}`);
    if (times % 10 !== 1) return;
    log("provider_fault", { call_id: session.call_id, provider, message, times });
    if (!this.#isEnded)
      journal.append({ type: "fault", provider, message: message.slice(0, 500) }, new Date());
  }

  /** What was measured may be wrong by a bug of ours; that it ended, and how, is written whatever happens. */
  ended(end_reason: EndReason, fault: Fault, measured: typeof unmeasured): void {
    const { session, journal } = this.#parts;
    this.#isEnded = true;
    try {
      journal.append({ type: "ended", end_reason, fault, ...measured }, new Date());
    } catch (error) {
      log("usage_not_written", { call_id: session.call_id, message: String(error).slice(0, 500) });
      journal.append({ type: "ended", end_reason, fault, ...unmeasured }, new Date());
    }
  }

  /** A provider that invents a new fault each time has them counted as one. */
  #count(what: string): number {
    const name = this.#faults.has(what) || this.#faults.size < mostFaultNames ? what : "others";
    const times = (this.#faults.get(name) ?? 0) + 1;
    this.#faults.set(name, times);
    return times;
  }
}
