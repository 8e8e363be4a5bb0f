// A turn's latencies as parts of one bar, to the scale of the slowest turn. Pure.
import type { TurnLatency } from "@callmeback/shared/contract/voice";

export interface Part {
  stage: "endpointing" | "thinking" | "clause" | "audio" | "wire";
  /** Where it begins and how long it is, as shares of the chart's width. */
  start: number;
  share: number;
}

export interface Bar {
  totalMs: number;
  parts: Part[];
}

export function waterfall(latencies: readonly TurnLatency[]): Bar[] {
  const measured = latencies.map((latency) => {
    // Endpointing lies before the end of turn; everything else is counted from it.
    const base = latency.endpointing_ms ?? 0;
    const marks = [
      ["endpointing", base],
      ["thinking", base + (latency.first_token_ms ?? 0)],
      ["clause", base + (latency.first_clause_ms ?? 0)],
      ["audio", base + (latency.first_audio_ms ?? 0)],
      ["wire", base + (latency.first_frame_ms ?? 0)],
    ] as const;
    let reached = 0;
    const parts = marks.flatMap(([stage, end]) => {
      const part = { stage, startMs: reached, lengthMs: Math.max(0, end - reached) };
      reached = Math.max(reached, end);
      return part.lengthMs === 0 ? [] : [part];
    });
    return { totalMs: reached, parts };
  });
  const scale = Math.max(1, ...measured.map((bar) => bar.totalMs));
  return measured.map(({ totalMs, parts }) => ({
    totalMs: Math.round(totalMs),
    parts: parts.map(({ stage, startMs, lengthMs }) => ({
      stage,
      start: startMs / scale,
      share: lengthMs / scale,
    })),
  }));
}
