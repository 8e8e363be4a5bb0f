/** One load on one subject: so many calls at once, all of it measured from outside, each run in fresh processes. */
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { nodeFlags } from "../../voice-pipeline/src/node-flags.ts";
import type { CallersReport, TurnTimes } from "./callers/heard.ts";
import { nowMs } from "./clock.ts";
import type { FakesReport } from "./fakes/report.ts";
import { type AddedMs, addedMs, turnKey } from "./join.ts";
import { cores, cpuMsOf, machineMs, memoryMbOf, waitedMsOf } from "./machine.ts";
import { type MeasuredProcess, startMeasured } from "./measured-process.ts";
import type { Running, Subject } from "./subjects/subjects.ts";
import { type Theft, watchThefts } from "./thefts.ts";
import type { Inside } from "./watch-loop.ts";

export interface Length {
  /** After the last call has come, before anything counts. */
  warmSeconds: number;
  seconds: number;
}

export interface LoadResult {
  subject: string;
  calls: number;
  /** When the measurement began, of `nowMs`. */
  from: number;
  turns: number;
  /** Questions that got no first frame of an answer. */
  unanswered: number;
  added: AddedMs[];
  /** From the caller's last sound to the first frame of the answer. */
  voiceToVoiceMs: number[];
  stopMs: number[];
  thefts: readonly Theft[];
  callers: CallersReport;
  fakes: FakesReport;
  /** Underruns and providers' faults as the pipeline counts them. NaN where it has no such counter. */
  ownUnderruns: number;
  ownFaults: number;
  /** Shares of one core. `waited` is how long the subject was ready to run and its core did something else. */
  cpu: { waited: number; subject: number; callers: number; fakes: number; others: number; stolen: number };
  idleMb: number;
  loadedMb: number;
  inside: Inside | null;
  memory: { second: number; mb: number }[];
}

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export const runLoad = async (
  subject: Subject,
  calls: number,
  { warmSeconds, seconds }: Length,
): Promise<LoadResult> => {
  const core = cores?.others ?? null;
  const node = (file: string, args: string[]) =>
    // With the pipeline's flags: these share a core, and what their collectors' threads take would be measured as latency.
    startMeasured({ command: process.execPath, args: [...nodeFlags, path(file), ...args], core });
  const started: { stop(): Promise<void> }[] = [];
  const keep = <Kept extends { stop(): Promise<void> }>(kept: Kept): Kept => {
    started.unshift(kept);
    return kept;
  };
  try {
    const fakes = keep(await node("./fakes/main.ts", []));
    const running = keep(await subject.start(fakes.address));
    await wait(1_500);
    const idleMb = memoryMbOf(running.process.pid);
    const callers = keep(await node("./callers/main.ts", [running.streamUrl, fakes.address, String(calls)]));
    await wait(warmSeconds * 1000);
    return await measure(subject, running, callers, fakes, { calls, seconds, idleMb });
  } finally {
    for (const each of started) await each.stop();
  }
};

const measure = async (
  subject: Subject,
  running: Running,
  callers: MeasuredProcess,
  fakes: MeasuredProcess,
  { calls, seconds, idleMb }: { calls: number; seconds: number; idleMb: number },
): Promise<LoadResult> => {
  const pids = [running.process.pid, callers.pid, fakes.pid];
  const before = {
    cpu: pids.map(cpuMsOf),
    waited: waitedMsOf(running.process.pid),
    machine: machineMs(),
    at: performance.now(),
  };
  const from = nowMs();
  const thefts = watchThefts();
  const metricsBefore = await metricsOf(running);
  if (subject.isNode) running.process.tell("reset-inside");
  callers.tell("begin");
  const memory: LoadResult["memory"] = [];
  for (let second = 1; second <= seconds; second += 1) {
    await wait(Math.max(0, before.at + second * 1000 - performance.now()));
    if (second % 10 === 0 || second === seconds) memory.push({ second, mb: memoryMbOf(running.process.pid) });
  }
  const took = performance.now() - before.at;
  thefts.stop();
  const spent = pids.map((pid, index) => (cpuMsOf(pid) - (before.cpu[index] ?? 0)) / took);
  const waited = (waitedMsOf(running.process.pid) - before.waited) / took;
  const machine = machineMs();
  const inside = subject.isNode ? await running.process.ask<Inside>("tell-inside", "inside") : null;
  const heard = await callers.ask<CallersReport>("tell", "callers");
  const report = await fakes.ask<FakesReport>("tell-fakes", "fakes");
  const metrics = await metricsOf(running);
  await callers.ask("hang-up", "hungUp");

  const [ofSubject = 0, ofCallers = 0, ofFakes = 0] = spent;
  const busy = (machine.busy - before.machine.busy) / took;
  const asked = heard.turns.filter(({ askedAt }) => askedAt > 0);
  const answered = asked.filter(
    (turn): turn is TurnTimes & { answeredAt: number } => turn.answeredAt !== null,
  );
  const grew = (name: string) => (metrics.get(name) ?? Number.NaN) - (metricsBefore.get(name) ?? Number.NaN);
  return {
    subject: subject.name,
    calls,
    from,
    turns: asked.length,
    unanswered: asked.length - answered.length,
    added: answered.flatMap((turn) => {
      const seen = report.turns[turnKey(turn.call, turn.turn)];
      return (seen && addedMs(seen, turn)) ?? [];
    }),
    voiceToVoiceMs: answered.map(({ askedAt, answeredAt }) => answeredAt - askedAt),
    stopMs: asked.flatMap(({ stopMs }) => stopMs ?? []),
    thefts: thefts.all,
    callers: heard,
    fakes: report,
    ownUnderruns: grew("callmeback_voice_underruns_total"),
    ownFaults: grew("callmeback_voice_provider_faults_total") + grew("callmeback_voice_line_troubles_total"),
    cpu: {
      waited,
      subject: ofSubject,
      callers: ofCallers,
      fakes: ofFakes,
      others: busy - ofSubject - ofCallers - ofFakes,
      stolen: (machine.stolen - before.machine.stolen) / took,
    },
    idleMb,
    loadedMb: memory.at(-1)?.mb ?? Number.NaN,
    inside,
    memory,
  };
};

/** The counters of the subject, where it has any, each over all of its labels. */
const metricsOf = async (running: Running): Promise<Map<string, number>> => {
  const url = `${running.streamUrl.replace(/^ws/, "http").replace(/\/stream$/, "")}/metrics`;
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
  const text = response?.ok ? await response.text() : "";
  const sums = new Map([...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = ""]) => [name, 0]));
  for (const [, name = "", value] of text.matchAll(/^(\w+)(?:\{[^}]*\})? ([\d.]+)$/gm))
    sums.set(name, (sums.get(name) ?? 0) + Number(value));
  return sums;
};
