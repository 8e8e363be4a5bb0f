/** Some seconds of bad streams and of bad providers; `bench fuzz` runs minutes of them, with other seeds. */
import { afterEach, expect, it } from "vitest";
import { fuzzPipeline, fuzzProviders } from "./testing/fuzz-pipeline.ts";
import { type Pipeline, startPipeline } from "./testing/pipeline.ts";
import { randomOf } from "./testing/random.ts";

let pipeline: Pipeline;
afterEach(() => pipeline.close());

it("survives what no Twilio ever sent, ends each such call once, and lets a good call beside it be", async () => {
  pipeline = await startPipeline("nova-3");
  const result = await fuzzPipeline(pipeline, 1, 4_000);
  expect(result.wrong).toEqual([]);
  expect(result.calls).toBeGreaterThan(10);
}, 120_000);

it.each(["nova-3", "flux-general-en"])(
  "survives providers that are misquoted, heard by %s, and ends each call once, with what it cost",
  async (model) => {
    pipeline = await startPipeline(model, { spoiledBy: randomOf(1) });
    const result = await fuzzProviders(pipeline, 1, 6_000);
    expect(result.wrong).toEqual([]);
    expect(result.calls).toBeGreaterThan(3);
    expect(result.messages).toBeGreaterThan(100);
  },
  120_000,
);
