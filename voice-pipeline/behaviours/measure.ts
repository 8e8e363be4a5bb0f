/**
 * What an observer of the telephone measures, on calls held in real time over real sockets with providers of the usual
 * pace (speech-to-text 150 ms, first token 250 ms and 60 a second, speech 120 ms). Each figure is one of these calls, but for
 * those of a hundred at once, which are the bench's.
 */
import { setTimeout as wait } from "node:timers/promises";
import { runLoad } from "../../bench/voice/load.ts";
import { pipeline as loaded } from "../../bench/voice/subjects/subjects.ts";
import { type Pipeline, startPipeline } from "../src/testing/pipeline.ts";
import { type Step, telephone } from "../src/testing/telephone.ts";

type Phone = Awaited<ReturnType<typeof telephone>>;

const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((one, other) => one - other)[
    Math.min(values.length - 1, Math.floor(values.length * part))
  ] ?? Number.NaN;
const ms = (value: number): string => `${Math.round(value)} ms`;

/** Nobody picks up a telephone sooner. */
const ringMs = 1_000;

const talk = async (
  model: string,
  steps: readonly Step[],
  setting: { maxSeconds?: number; firstTokenMs?: number; isEager?: boolean } = {},
): Promise<{ phone: Phone; pipeline: Pipeline }> => {
  const { firstTokenMs, ...rest } = setting;
  const pipeline = await startPipeline(model, { isRealLatency: true, ...rest });
  if (firstTokenMs !== undefined) pipeline.faults.set("llm", { firstByteMs: firstTokenMs });
  await pipeline.prepare();
  await wait(ringMs);
  const phone = await telephone(pipeline.streamUrl);
  phone.steps.push(...steps);
  pipeline.seen.onHangup = () =>
    phone.socket.send('{"event":"stop","streamSid":"MZ1","stop":{"callSid":"CA1"}}');
  await phone.closed;
  while (pipeline.seen.entries.at(-1)?.type !== "ended") await wait(50);
  await pipeline.close();
  return { phone, pipeline };
};

const say = (text: string, over = false): Step => ({ say: text, over });
const goodbye = say("Goodbye!");

/** From the caller's last sound to the persona's first, for each turn that was answered. */
const voiceToVoice = ({ noted: { spoken, played } }: Phone): number[] =>
  spoken.flatMap(({ until }, index) => {
    const next = spoken[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    const reply = played.find(({ from }) => from >= until && from < next);
    return reply ? [reply.from - until] : [];
  });

const tenTurns = [
  ...["Hello, my name is Ada.", "How are you today?", "Please tell me a joke.", "What can you do?"],
  ...["I am a little tired today.", "Who are you?", "What is my name?", "I like the sea.", "Thank you."],
].map((text) => say(text));

const wordsOf = (texts: readonly string[]): string[] => texts.flatMap((text) => text.split(" "));
const isWhole = (word: string): boolean => !word.includes("\uFFFD");

/** Words of one list that the other has not, in any place. */
const difference = (one: readonly string[], other: readonly string[]): number => {
  const left = [...other];
  return one.filter((word) => {
    const at = left.indexOf(word);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  }).length;
};

export interface Figures {
  firstAudio: string;
  added: string;
  underruns: string;
  nova: string;
  flux: string;
  saved: string;
  lead: string;
  stop: string;
  resume: string;
  heard: string;
  silence: string;
  limit: string;
  digit: string;
  deadAir: string;
}

const interruption = async (): Promise<Pick<Figures, "stop" | "resume" | "heard" | "lead">> => {
  const { phone, pipeline } = await talk("nova-3", [
    say("Please tell me a long story."),
    { noiseMs: 300, over: true },
    say("Wait, stop please.", true),
    goodbye,
  ]);
  const { spoken, clearedAt, leadMs } = phone.noted;
  const stops = clearedAt.map((at) => at - (spoken.findLast(({ from }) => from <= at)?.from ?? at));
  const told = wordsOf(pipeline.turnsOf("persona").map(({ text }) => text));
  const heard = phone.heard.filter(isWhole);
  const lost = difference(told, heard);
  const doubled = difference(heard, told);
  return {
    stop: `${stops.map(ms).join(" and ")} (noise, words)`,
    resume: `${lost} words lost, ${doubled} doubled over a noise and an interruption`,
    heard: `${Math.max(lost, doubled)} words of ${told.length} differ`,
    lead: `p50 ${ms(quantile(leadMs, 0.5))}, from ${ms(quantile(leadMs, 0.05))} to ${ms(quantile(leadMs, 0.95))} (p5, p95)`,
  };
};

const underLoad = async (): Promise<Pick<Figures, "added" | "underruns">> => {
  const calls = 100;
  const { added, callers, ownUnderruns } = await runLoad(loaded(), calls, { warmSeconds: 12, seconds: 60 });
  const all = added.map((turn) => turn.all);
  const [p50, p99] = [0.5, 0.99].map((part) => quantile(all, part).toFixed(1));
  return {
    added: `p50 ${p50} ms, p99 ${p99} ms of ${all.length} turns at ${calls} calls`,
    underruns: `${callers.underruns + ownUnderruns} underruns and ${callers.lost} frames lost of ${callers.framesHeard} at ${calls} calls; an hour of them: [performance](performance.md#an-hour-of-100-calls)`,
  };
};

const silence = async (): Promise<string> => {
  const { phone } = await talk("nova-3", [], {});
  const { played } = phone.noted;
  const gaps = played.slice(1).map(({ from }, index) => from - (played[index]?.until ?? 0));
  const [first = Number.NaN, second = Number.NaN] = gaps.filter((gap) => gap > 4_000);
  return `asked after ${(first / 1000).toFixed(1)} s, goodbye after ${(second / 1000).toFixed(1)} s more`;
};

const limit = async (): Promise<string> => {
  const maxSeconds = 25;
  const { phone } = await talk("nova-3", [say("Please tell me a long story.")], { maxSeconds });
  const last = (phone.noted.played.at(-1)?.until ?? 0) - phone.noted.startedAt;
  return `of ${maxSeconds} s the last word ended at ${(last / 1000).toFixed(1)} s`;
};

const digit = async (): Promise<string> => {
  const { pipeline } = await talk("nova-3", [{ digit: "9", over: false }]);
  const kinds = pipeline.seen.entries.map((entry) =>
    entry.type === "ended" ? entry.end_reason : entry.type,
  );
  const isNoted = kinds.includes("opt_out") && kinds.at(-1) === "opt_out";
  return isNoted ? "noted, said, and hung up" : "not noted";
};

const deadAir = async (): Promise<string> => {
  const asked = [say("Hello, my name is Ada."), say("Are you there?"), say("Hello?")];
  const { phone } = await talk("nova-3", asked, { firstTokenMs: 60_000 });
  const { played, spoken } = phone.noted;
  const sounds = [...played, ...spoken].toSorted((one, other) => one.from - other.from);
  const gaps = sounds.slice(1).map(({ from }, index) => from - (sounds[index]?.until ?? from));
  return `longest silence ${(Math.max(...gaps) / 1000).toFixed(1)} s with a model that never answers`;
};

export const measure = async (): Promise<Figures> => {
  const nova = await talk("nova-3", [...tenTurns, goodbye]);
  const flux = await talk("flux-general-en", [...tenTurns, goodbye]);
  const patient = await talk("flux-general-en", [...tenTurns, goodbye], { isEager: false });
  const firstAudio = ({ phone: { noted } }: { phone: Phone }) =>
    ms((noted.firstSoundAt ?? Number.NaN) - noted.startedAt);
  const median = ({ phone }: { phone: Phone }): number => quantile(voiceToVoice(phone), 0.5);
  const turns = ({ phone }: { phone: Phone }): string => `of ${voiceToVoice(phone).length} turns`;
  return {
    firstAudio: `${firstAudio(flux)}; in the first call of a process ${firstAudio(nova)}`,
    nova: `p50 ${ms(median(nova))} ${turns(nova)}`,
    flux: `p50 ${ms(median(flux))} ${turns(flux)}`,
    saved: `${ms(median(patient) - median(flux))} less than with DEEPGRAM_EAGER_TURNS=off (p50 ${ms(median(patient))} ${turns(patient)})`,
    ...(await underLoad()),
    ...(await interruption()),
    silence: await silence(),
    limit: await limit(),
    digit: await digit(),
    deadAir: await deadAir(),
  };
};
