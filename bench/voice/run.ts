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

/** Before anything counts each call has had an answer: the first of a process costs what is loaded at its first use. */
const warmSeconds = 12;
const whole: Plan = {
  loads: [1, 10, 100].map((calls) => ({ calls, length: { warmSeconds, seconds: 15 } })),
  capacityLength: { warmSeconds, seconds: 10 },
  search: { from: 50, least: 10, most: 1_000, nearness: 1.15 },
  peersSearch: { from: 50, least: 10, most: 1_000, nearness: 1.5 },
};
const short: Plan = {
  loads: [10, 100].map((calls) => ({ calls, length: { warmSeconds, seconds: 6 } })),
  capacityLength: { warmSeconds, seconds: 6 },
  search: { from: 100, least: 100, most: 100, nearness: 2 },
  peersSearch: null,
};
const pipecatsSearch: Search = { from: 8, least: 1, most: 64, nearness: 1.5 };

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

/** `args`: `--short` for a minute or two, `endurance` for ten minutes of a hundred calls, `endurance 60` for an hour. */
export async function run(args: readonly string[] = []): Promise<void> {
  const isShort = args.includes("--short");
  say(await calibrate());
  if (cores === null) say("Nothing is pinned to a core here; all processes share what there is.");
  const [first, minutes = "10"] = args;
  if (first === "endurance") {
    if (!/^[1-9]\d{0,2}$/.test(minutes))
      throw new Error(`endurance takes whole minutes from 1 to 999, not ${minutes}.`);
    await endure(Number(minutes), say);
    return;
  }
  const plan = isShort ? short : whole;
  const peer = await pipecat();
  if (typeof peer === "string") say(peer);
  for (const { calls, length } of plan.loads) {
    const results: LoadResult[] = [];
    for (const subject of [pipeline(), plainBridge]) results.push(await runLoad(subject, calls, length));
    if (typeof peer !== "string" && peer.calls.includes(calls))
      results.push(await runLoad(peer, calls, length));
    say(`\n${table(results)}`);
  }
  say(`The most calls on one core with p99 of added latency ≤ 15 ms and nothing lost:`);
  const ours = await capacityOf(pipeline(), plan.search, plan.capacityLength);
  say(`pipeline: ${ours}${ours === plan.search.most ? " or more" : ""}`);
  if (plan.peersSearch === null) return;
  const floor = await capacityOf(plainBridge, plan.peersSearch, plan.capacityLength);
  say(`plain bridge: ${floor}   ratio ${(ours / floor).toFixed(2)}`);
  if (typeof peer === "string") return;
  const theirs = await capacityOf(peer, pipecatsSearch, plan.capacityLength);
  say(`${peer.name}: ${theirs}   ratio ${(ours / theirs).toFixed(1)}`);
}
