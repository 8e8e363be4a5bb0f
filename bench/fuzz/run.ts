// Minutes of streams that no Twilio ever sent, beside good calls, and of good calls with providers that are misquoted, at whole
// voice pipelines: `pnpm bench fuzz [minutes] [seed]`. Fails with the seeds of the round in which something went wrong; the same seed makes the same streams.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { fuzzPipeline, fuzzProviders } from "../../voice-pipeline/src/testing/fuzz-pipeline.ts";
import { startPipeline } from "../../voice-pipeline/src/testing/pipeline.ts";
import { randomOf } from "../../voice-pipeline/src/testing/random.ts";

const roundMs = 15_000;
const usualMinutes = 3;

/** So that what is left is what is kept. */
const collectGarbage = (): void => {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
};
const megabytes = (bytes: number): number => Math.round(bytes / 1e6);

export async function run([minutesText, seedText]: readonly string[]): Promise<void> {
  const minutes = Number(minutesText ?? usualMinutes);
  let seed = Number(seedText ?? Date.now() % 1e9);
  if (!(minutes > 0) || !Number.isSafeInteger(seed))
    throw new Error("usage: pnpm bench fuzz [minutes] [seed]");
  const uncaught: string[] = [];
  for (const event of ["uncaughtException", "unhandledRejection"])
    process.on(event, (error: unknown) =>
      uncaught.push(error instanceof Error ? (error.stack ?? "") : String(error)),
    );
  // Its log is a line for each fault, which here is all of it.
  const { write } = process.stderr;
  process.stderr.write = () => true;

  const total = { streams: 0, messages: 0, calls: 0 };
  const until = performance.now() + minutes * 60_000;
  const spoiled = { spoiledBy: randomOf(seed) };
  const sides = [
    { name: "Twilio", fuzz: fuzzPipeline, pipeline: await startPipeline("nova-3") },
    { name: "nova and the others", fuzz: fuzzProviders, pipeline: await startPipeline("nova-3", spoiled) },
    {
      name: "Flux and the others",
      fuzz: fuzzProviders,
      pipeline: await startPipeline("flux-general-en", spoiled),
    },
  ];
  try {
    for (let round = 0; performance.now() < until; round += 1) {
      const side = sides[round % sides.length];
      if (!side) break;
      const left = Math.min(roundMs, until - performance.now());
      const result = await side.fuzz(side.pipeline, seed, left);
      const wrong = [...result.wrong, ...uncaught.splice(0)];
      collectGarbage();
      const { heapUsed, rss } = process.memoryUsage();
      process.stdout.write(
        `${side.name}, seeds ${seed + 1}–${seed + result.streams}: ${result.messages} messages, ${result.calls} calls opened, ` +
          `${wrong.length} wrong; heap ${megabytes(heapUsed)} MB, resident ${megabytes(rss)} MB\n`,
      );
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
      for (const name of ["streams", "messages", "calls"] as const) total[name] += result[name];
      seed += result.streams;
    }
  } finally {
    for (const { pipeline } of sides) await pipeline.close();
    process.stderr.write = write;
  }
  process.stdout.write(
    `${total.streams} streams with ${total.messages} messages of either side, of which ${total.calls} opened a call: nothing was wrong.\n`,
  );
}
