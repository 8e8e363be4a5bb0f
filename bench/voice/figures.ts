/** The figures of one load, from what was measured, and whether it was borne. Pure. */
import type { LoadResult } from "./load.ts";
import { percentile } from "./percentile.ts";

export const mostAddedMs = 15;

export interface Figure {
  name: string;
  unit: "ms" | "MB" | "%" | "";
  value: number;
  /** Whether a ratio of it says anything: counts of what must be nothing have none. */
  isRatio: boolean;
}

const sharesOfAdded = ["caller", "question", "clause", "sound"] as const;
const namesOfShares = {
  caller: "its sound to speech-to-text",
  question: "end of turn to model",
  clause: "first sentence to voice",
  sound: "first sound to caller",
};

export const figuresOf = (result: LoadResult): Figure[] => {
  const { added, calls, callers, cpu, fakes, inside, stopMs } = result;
  const figure = (name: string, unit: Figure["unit"], value: number, isRatio = true): Figure => ({
    name,
    unit,
    value,
    isRatio,
  });
  const all = added.map((turn) => turn.all);
  const parts = sharesOfAdded.map((share) => {
    const values = added.map((turn) => turn[share]);
    return figure(`  of it, ${namesOfShares[share]}, p50`, "ms", percentile(values, 50));
  });
  return [
    figure("turns measured", "", result.turns, false),
    figure("added latency p50", "ms", percentile(all, 50)),
    figure("added latency p95", "ms", percentile(all, 95)),
    figure("added latency p99", "ms", percentile(all, 99)),
    ...parts,
    figure("voice to voice p50", "ms", percentile(result.voiceToVoiceMs, 50)),
    figure("barge-in stop p50", "ms", percentile(stopMs, 50)),
    figure("barge-in stop p99", "ms", percentile(stopMs, 99)),
    figure("frame jitter p50", "ms", callers.jitterMs.p50, false),
    figure("frame jitter p99", "ms", callers.jitterMs.p99, false),
    figure("underruns at the caller", "", callers.underruns, false),
    figure("frames lost to the caller", "", callers.lost, false),
    figure("frames lost to the model", "", fakes.heard.lost, false),
    figure("questions unanswered", "", result.unanswered + callers.unfinished, false),
    figure("CPU per call, of a core", "%", (cpu.subject / calls) * 100),
    figure("memory idle", "MB", result.idleMb),
    figure("memory per call above idle", "MB", (result.loadedMb - result.idleMb) / calls),
    figure("event-loop delay p50", "ms", inside?.loopDelayMs.p50 ?? Number.NaN),
    figure("event-loop delay p99", "ms", inside?.loopDelayMs.p99 ?? Number.NaN),
    figure("event-loop delay, longest", "ms", inside?.loopDelayMs.max ?? Number.NaN),
    figure("echo past it p50", "ms", callers.echoMs.p50, false),
    figure("echo past it p99", "ms", callers.echoMs.p99, false),
    figure("callers' own lateness p99", "ms", callers.callersLateMs.p99, false),
    figure("fakes' own lateness p99", "ms", fakes.loopDelayMs.p99, false),
    figure("ready, but its core was taken", "%", cpu.waited * 100, false),
    figure("others on the machine, of a core", "%", cpu.others * 100, false),
  ];
};

/** What was not borne; empty when all was. */
export const overload = (result: LoadResult): string[] => {
  const { added, callers, fakes } = result;
  const p99 = percentile(
    added.map((turn) => turn.all),
    99,
  );
  const own = Number.isNaN(result.ownUnderruns) ? 0 : result.ownUnderruns;
  const counts: readonly (readonly [number, string])[] = [
    [callers.underruns + own, "underruns"],
    [callers.lost + fakes.heard.lost, "frames lost"],
    [result.unanswered + callers.unfinished, "answers missing"],
    [callers.closedEarly, "calls cut"],
    [callers.refused, "calls turned away"],
  ];
  const wrong = counts.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : []));
  if (Number.isNaN(p99)) return ["no turn was answered", ...wrong];
  return p99 > mostAddedMs ? [`p99 ${p99.toFixed(1)} ms`, ...wrong] : wrong;
};
