/**
 * For tests: many bad streams at once, seed after seed, beside one good call, or many good calls with bad providers; and what
 * is wrong afterwards.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { JournalEntry } from "@callmeback/shared/contract/voice";
import { journalsIn } from "../journal/journal-world.ts";
import { fuzzStream } from "./fuzz-stream.ts";
import type { Pipeline } from "./pipeline.ts";
import { randomOf, upTo } from "./random.ts";
import { telephone } from "./telephone.ts";

export interface FuzzResult {
  streams: number;
  messages: number;
  /** Calls that a bad stream had opened before it went wrong. */
  calls: number;
  wrong: string[];
}

const atOnce = 4;
const patienceMs = 30_000;
const stop = '{"event":"stop","streamSid":"MZ1","stop":{"callSid":"CA1"}}';

let made = 0;
const newCall = (): string => {
  made += 1;
  return `0199aa00-0000-7000-9000-${made.toString(16).padStart(12, "0")}`;
};

/** @param from the first seed; each stream has its own, in order */
export const fuzzPipeline = async (
  pipeline: Pipeline,
  from: number,
  durationMs: number,
): Promise<FuzzResult> => {
  const result: FuzzResult = { streams: 0, messages: 0, calls: 0, wrong: [] };
  const until = performance.now() + durationMs;
  const calls: string[] = [];
  let seed = from;
  const keepFuzzing = async (): Promise<void> => {
    while (performance.now() < until) {
      const call = newCall();
      calls.push(call);
      seed += 1;
      result.streams += 1;
      const { messages } = await fuzzStream(pipeline.streamUrl, call, seed);
      result.messages += messages;
      // Turned away: the streams come from the process that serves them, and have made it late.
      if (messages === 0) await wait(100);
    }
  };
  await within(async () => (await fetch(`${pipeline.url}/health/ready`)).ok);
  const [witness] = await Promise.all([
    goodCall(pipeline),
    ...Array.from({ length: atOnce }, () => keepFuzzing()),
  ]);
  result.wrong.push(...witness, ...(await leftBehind(pipeline)));
  lookAt(pipeline, calls, result);
  return result;
};

const lookAt = (pipeline: Pipeline, calls: readonly string[], result: FuzzResult): void => {
  for (const call of calls) {
    const entries = pipeline.seen.opened.get(call);
    if (entries === undefined) continue;
    result.calls += 1;
    result.wrong.push(...wrongWith(entries).map((what) => `${call}: ${what}`));
    pipeline.seen.opened.delete(call);
  }
};

const longestCallMs = 8_000;

/** Good calls through providers that are misquoted: see spoiling-proxy.ts. What a seed makes depends on how the calls go. */
export const fuzzProviders = async (
  pipeline: Pipeline,
  from: number,
  durationMs: number,
): Promise<FuzzResult> => {
  const result: FuzzResult = { streams: 0, messages: 0, calls: 0, wrong: [] };
  const until = performance.now() + durationMs;
  const before = pipeline.proxied();
  const calls: string[] = [];
  const keepCalling = async (): Promise<void> => {
    while (performance.now() < until) {
      const call = newCall();
      calls.push(call);
      result.streams += 1;
      const random = randomOf(from + result.streams);
      const phone = await telephone(pipeline.streamUrl, call);
      phone.steps.push(
        { say: "Hello, what time is it?", over: random() < 0.5 },
        { say: "Tell me more.", over: random() < 0.5 },
        { say: "Goodbye!", over: false },
      );
      await Promise.race([phone.closed, wait(upTo(random, longestCallMs))]);
      phone.socket.send(stop, () => {});
      await phone.closed;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, () => keepCalling()));
  result.wrong.push(...(await leftBehind(pipeline)));
  lookAt(pipeline, calls, result);
  result.messages = pipeline.proxied() - before;
  return result;
};

/** A person who talks with the persona meanwhile, and must not notice anything. */
const goodCall = async (pipeline: Pipeline): Promise<string[]> => {
  const call = newCall();
  const phone = await telephone(pipeline.streamUrl, call);
  phone.steps.push({ say: "Hello, what time is it?", over: false }, { say: "Goodbye!", over: false });
  const ended = () => pipeline.seen.opened.get(call)?.find((entry) => entry.type === "ended");
  const isEnded = await within(() => ended() !== undefined);
  phone.socket.send(stop);
  const own = pipeline.seen.opened.get(call) ?? [];
  const said = own.flatMap((entry) =>
    entry.type === "turn" && entry.speaker === "caller" ? [entry.text] : [],
  );
  const isWell = ended()?.type === "ended" && JSON.stringify(ended()).includes("persona_goodbye");
  return [
    ...(isEnded && isWell ? [] : [`the good call ended as ${JSON.stringify(ended())}`]),
    ...(said.join(" ") === "Hello, what time is it? Goodbye!"
      ? []
      : [`the good call heard "${said.join(" ")}"`]),
  ];
};

const metric = async (pipeline: Pipeline, name: string): Promise<number> => {
  const text = await (await fetch(`${pipeline.url}/metrics`)).text();
  return Number(new RegExp(`^callmeback_voice_${name} (\\d+)$`, "m").exec(text)?.[1]);
};

/** Calls, journals and bugs that are there when nobody is on the line any more. */
const leftBehind = async (pipeline: Pipeline): Promise<string[]> => {
  const isQuiet = await within(
    async () => (await metric(pipeline, "calls")) === 0 && journalsIn(pipeline.directory).length === 0,
  );
  const broken = await metric(pipeline, "calls_broken_total");
  return [
    ...(isQuiet
      ? []
      : [
          `${await metric(pipeline, "calls")} calls and ${journalsIn(pipeline.directory).length} journals stayed`,
        ]),
    ...(broken === 0 ? [] : [`${broken} calls broke by a bug of ours`]),
  ];
};

const within = async (isTrue: () => boolean | Promise<boolean>): Promise<boolean> => {
  for (const until = performance.now() + patienceMs; performance.now() < until; await wait(50))
    if (await isTrue()) return true;
  return false;
};

/** However bad the stream: a journal from 1 on without a gap, that begins with its opening and ends once. */
const wrongWith = (entries: JournalEntry[]): string[] => {
  const isInOrder = entries.every(({ seq }, index) => seq === index + 1);
  const ends = entries.filter(({ type }) => type === "ended").length;
  return [
    ...(isInOrder && entries[0]?.type === "opened" ? [] : [`entries ${entries.map(({ seq }) => seq)}`]),
    ...(ends === 1 && entries.at(-1)?.type === "ended" ? [] : [`${ends} ends`]),
  ];
};
