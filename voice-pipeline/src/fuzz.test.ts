/** Some seconds of bad streams; `bench fuzz` runs minutes of them, with other seeds. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { fuzzPipeline } from "./testing/fuzz-pipeline.ts";
import { type Pipeline, startPipeline } from "./testing/pipeline.ts";

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline("nova-3");
});
afterAll(() => pipeline.close());

it("survives what no Twilio ever sent, ends each such call once, and lets a good call beside it be", async () => {
  const result = await fuzzPipeline(pipeline, 1, 4_000);
  expect(result.wrong).toEqual([]);
  expect(result.calls).toBeGreaterThan(20);
}, 120_000);
