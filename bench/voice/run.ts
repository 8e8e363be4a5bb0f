// What the voice pipeline adds and costs. Fakes of the providers with set delays in one process, callers in a second, what
// is measured in a third, on a core of its own where the machine permits; beside it, in the same run, its peers.
import { highestBorne, type Search } from "./capacity.ts";
import { endure } from "./endurance.ts";
import { overload } from "./figures.ts";
import { type Length, type LoadResult, runLoad } from "./load.ts";
import { calibrate, cores } from "./machine.ts";
import { table } from "./report.ts";
import { pipecat } from "./subjects/pipecat.ts";
import { pipeline, plainBridge, type Subject } from "./subjects/subjects.ts";

interface Plan {
  loads: readonly { calls: number; length: Length }[];
  capacityLength: Length;
  search: Search;
  peersSearch: Search | null;
}

const whole: Plan = {
  loads: [
    { calls: 1, length: { warmSeconds: 7, seconds: 20 } },
    { calls: 10, length: { warmSeconds: 7, seconds: 20 } },
    { calls: 100, length: { warmSeconds: 7, seconds: 20 } },
  ],
  capacityLength: { warmSeconds: 7, seconds: 12 },
  search: { from: 200, most: 1_000, nearness: 1.1 },
  peersSearch: { from: 150, most: 1_000, nearness: 1.3 },
};
const short: Plan = {
  loads: [
    { calls: 10, length: { warmSeconds: 6, seconds: 8 } },
    { calls: 100, length: { warmSeconds: 6, seconds: 10 } },
  ],
  capacityLength: { warmSeconds: 6, seconds: 8 },
  search: { from: 200, most: 400, nearness: 2 },
  peersSearch: null,
};

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** A load that was not borne is tried once more: on a machine that others use, it may have been they. */
const mostTries = 2;

const capacityOf = (subject: Subject, search: Search, length: Length): Promise<number> =>
  highestBorne(search, async (calls) => {
    for (let tries = 1; ; tries += 1) {
      const result = await runLoad(subject, calls, length);
      const why = overload(result);
      say(
        `  ${subject.name}, ${calls} calls: ${why.length === 0 ? "borne" : why.join(", ")}${busyness(result)}`,
      );
      if (why.length === 0) return true;
      if (tries >= mostTries) return false;
    }
  });

const busyness = ({ cpu, callers }: LoadResult): string =>
  ` (${(cpu.subject * 100).toFixed(0)} % of its core; echo past it ${callers.echoMs.p99.toFixed(1)} ms at p99; its core was taken ${(cpu.waited * 100).toFixed(0)} %, others ${(cpu.others * 100).toFixed(0)} % of a core)`;

/** `args`: `--short` for a minute or two, `endurance` for ten minutes of a hundred calls. */
export async function run(args: readonly string[] = []): Promise<void> {
  const isShort = args.includes("--short");
  say(await calibrate());
  if (cores === null) say("Nothing is pinned to a core here; all processes share what there is.");
  if (args.includes("endurance")) {
    await endure(say);
    return;
  }
  const plan = isShort ? short : whole;
  const peer = await pipecat();
  if (typeof peer === "string") say(peer);
  for (const { calls, length } of plan.loads) {
    const results: LoadResult[] = [];
    for (const subject of [pipeline(), plainBridge]) results.push(await runLoad(subject, calls, length));
    if (typeof peer !== "string" && calls <= peer.mostCalls) results.push(await runLoad(peer, calls, length));
    say(`\n${table(results)}`);
  }
  say(`The most calls on one core with p99 of added latency ≤ 15 ms and nothing lost:`);
  const ours = await capacityOf(pipeline(), plan.search, plan.capacityLength);
  say(`pipeline: ${ours}`);
  if (plan.peersSearch === null) return;
  const floor = await capacityOf(plainBridge, plan.peersSearch, plan.capacityLength);
  say(`plain bridge: ${floor}   ratio ${(ours / floor).toFixed(2)}`);
  if (typeof peer === "string") return;
  const theirs = await capacityOf(peer, { from: 8, most: 64, nearness: 1.5 }, plan.capacityLength);
  say(`${peer.name}: ${theirs}   ratio ${(ours / theirs).toFixed(1)}`);
}
