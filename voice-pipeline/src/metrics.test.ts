import { expect, it } from "vitest";
import { Metrics } from "./metrics.ts";

const latency = {
  endpointing_ms: 300,
  first_token_ms: 250,
  first_clause_ms: 280,
  first_audio_ms: null,
  first_frame_ms: 420,
};

it("counts a turn's parts into buckets that hold all smaller ones, and no part that was not there", () => {
  const metrics = new Metrics();
  metrics.latency(latency);
  metrics.latency({ ...latency, first_frame_ms: 20_000 });
  const text = metrics.text();
  expect(text).toContain('callmeback_voice_endpointing_seconds_bucket{le="0.2"} 0\n');
  expect(text).toContain('callmeback_voice_endpointing_seconds_bucket{le="0.3"} 2\n');
  expect(text).toContain('callmeback_voice_endpointing_seconds_bucket{le="+Inf"} 2\n');
  expect(text).toContain('callmeback_voice_voice_to_voice_seconds_bucket{le="0.75"} 1\n');
  expect(text).toContain('callmeback_voice_voice_to_voice_seconds_bucket{le="10"} 1\n');
  expect(text).toContain("callmeback_voice_voice_to_voice_seconds_sum 21.02\n");
  expect(text).toContain("callmeback_voice_first_audio_seconds_count 0\n");
});

it("keeps a count for each value of a label", () => {
  const metrics = new Metrics();
  metrics.faults.add(1, "llm");
  metrics.faults.add(2, "deepgram");
  metrics.ended.add(1, "persona_goodbye");
  expect(metrics.text()).toContain('callmeback_voice_provider_faults_total{provider="deepgram"} 2\n');
  expect(metrics.text()).toContain('callmeback_voice_calls_ended_total{reason="persona_goodbye"} 1\n');
});

it("is a text that Prometheus reads: each metric with its help and kind once, each line a number", () => {
  const lines = new Metrics().text().trimEnd().split("\n");
  const named = lines.filter((line) => line.startsWith("# TYPE")).map((line) => line.split(" ")[2]);
  expect(new Set(named).size).toBe(named.length);
  expect(lines.filter((line) => line.startsWith("# HELP"))).toHaveLength(named.length);
  for (const line of lines.filter((each) => !each.startsWith("#")))
    expect(line).toMatch(/^[a-z_0-9]+(\{[a-z_]+="[^"]+"\})? -?\d+(\.\d+)?(e-?\d+)?$/);
});
