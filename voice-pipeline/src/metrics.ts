/** What Prometheus may know of this process. Each figure has a sentence; docs/voice-operations.md tells what to watch. */
import type { EndReason, Fault, TurnLatency } from "@callmeback/shared/contract/voice";
import type { Provider } from "./conversation/events.ts";
import type { Lateness } from "./load.ts";
import { Count, Histogram } from "./prometheus.ts";
import type { LineTrouble } from "./telephony/line.ts";

export type StreamRefusal =
  | "token"
  | "no_start"
  | "no_identity"
  | "signature"
  | "mesh"
  | "overloaded"
  | "crowded";
/** What became of a call that was made ready while it rang. */
export type PreparationEnd = "used" | "unanswered" | "lapsed" | "failed" | "drained" | "late";

export class Metrics {
  readonly calls = new Count("gauge", "calls", "Calls running now.");
  readonly callsTotal = new Count("counter", "calls_total", "Calls begun.");
  readonly ended = new Count<EndReason>("counter", "calls_ended_total", "Calls ended, by reason.", "reason");
  readonly endedByFault = new Count<Fault>(
    "counter",
    "calls_ended_by_fault_total",
    "Calls ended, by whose fault it was.",
    "fault",
  );
  readonly broken = new Count("counter", "calls_broken_total", "Calls that a bug of ours ended.");
  readonly turns = new Count<"caller" | "persona">("counter", "turns_total", "Turns taken.", "speaker");
  readonly interruptions = new Count("counter", "interruptions_total", "Persona turns that the caller cut.");
  readonly underruns = new Count(
    "counter",
    "underruns_total",
    "Times that the voice ran dry while it spoke.",
  );
  readonly faults = new Count<Provider>(
    "counter",
    "provider_faults_total",
    "Faults of a provider.",
    "provider",
  );
  readonly line = new Count<LineTrouble>(
    "counter",
    "line_troubles_total",
    "Twilio's messages left out and lines dropped, by why.",
    "why",
  );
  readonly refused = new Count<StreamRefusal>(
    "counter",
    "refused_streams_total",
    "Streams not taken, by why.",
    "why",
  );
  readonly prepared = new Count("gauge", "prepared_calls", "Calls that ring and are ready.");
  readonly preparationsEnded = new Count<PreparationEnd>(
    "counter",
    "preparations_total",
    "Calls that were made ready, by what became of it.",
    "outcome",
  );
  readonly #endpointing = new Histogram(
    "endpointing_seconds",
    "Last sound of the caller to the end of turn.",
  );
  readonly #firstToken = new Histogram(
    "first_token_seconds",
    "End of turn to the language model's first token.",
  );
  readonly #firstAudio = new Histogram("first_audio_seconds", "End of turn to the first byte of speech.");
  readonly #toWire = new Histogram("to_wire_seconds", "End of turn to the first frame sent to Twilio.");
  readonly #voiceToVoice = new Histogram(
    "voice_to_voice_seconds",
    "Last sound of the caller to the first frame sent to Twilio.",
  );
  readonly #loopP50 = new Count(
    "gauge",
    "event_loop_delay_p50_seconds",
    "Lateness of timers in the last second.",
  );
  readonly #loopP99 = new Count("gauge", "event_loop_delay_p99_seconds", "The same, 99th percentile.");
  readonly #loopMost = new Count("gauge", "event_loop_delay_max_seconds", "The same, the worst.");
  readonly overloaded = new Count("gauge", "overloaded", "1 while new calls are turned away.");
  readonly draining = new Count("gauge", "draining", "1 once no new calls are taken for good.");

  /** A turn's waterfall; a part that the turn did not have is not counted. */
  latency(parts: TurnLatency): void {
    const { endpointing_ms, first_token_ms, first_audio_ms, first_frame_ms } = parts;
    const observe = (histogram: Histogram, ms: number | null) => {
      if (ms !== null) histogram.observe(ms / 1000);
    };
    observe(this.#endpointing, endpointing_ms);
    observe(this.#firstToken, first_token_ms);
    observe(this.#firstAudio, first_audio_ms);
    observe(this.#toWire, first_frame_ms);
    if (endpointing_ms !== null && first_frame_ms !== null)
      this.#voiceToVoice.observe((endpointing_ms + first_frame_ms) / 1000);
  }

  loop({ p50, p99, most }: Lateness): void {
    this.#loopP50.set(p50 / 1000);
    this.#loopP99.set(p99 / 1000);
    this.#loopMost.set(most / 1000);
  }

  text(): string {
    const { rss, heapUsed } = process.memoryUsage();
    const memory = new Count<"resident" | "heap">("gauge", "memory_bytes", "Memory of this process.", "kind");
    memory.add(rss, "resident");
    memory.add(heapUsed, "heap");
    const seconds = new Count("counter", "cpu_seconds_total", "Processor time of this process.");
    const { user, system } = process.cpuUsage();
    seconds.set((user + system) / 1e6);
    return [
      ...[this.calls, this.callsTotal, this.ended, this.endedByFault, this.broken, this.turns],
      ...[this.interruptions, this.underruns, this.faults, this.line, this.refused],
      ...[this.prepared, this.preparationsEnded],
      ...[this.#endpointing, this.#firstToken, this.#firstAudio, this.#toWire, this.#voiceToVoice],
      ...[this.#loopP50, this.#loopP99, this.#loopMost, this.overloaded, this.draining, memory, seconds],
    ]
      .map((metric) => metric.text())
      .join("");
  }
}
