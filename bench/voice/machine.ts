/** What the kernel says of processes and cores. It is asked on Linux only; elsewhere these figures are NaN. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { percentile } from "./percentile.ts";

/** The kernel's unit of CPU time in /proc. */
const tickMs = 10;

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** CPU time of a process and all its threads up to now. */
export const cpuMsOf = (pid: number): number => {
  const stat = read(`/proc/${pid}/stat`);
  // The name in brackets may hold spaces.
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13);
  return (Number(user) + Number(system)) * tickMs;
};

/** How long the main thread of a process was ready to run and did not, up to now: its core did something else. */
export const waitedMsOf = (pid: number): number => {
  const waited = read(`/proc/${pid}/schedstat`).split(" ")[1];
  return waited === undefined ? Number.NaN : Number(waited) / 1e6;
};

export const memoryMbOf = (pid: number): number => {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1];
  return kib === undefined ? Number.NaN : Number(kib) / 1024;
};

/** CPU time that all cores spent on anything up to now, and what the hypervisor took of it. */
export const machineMs = (): { busy: number; stolen: number } => {
  const line = /^cpu +(.*)$/m.exec(read("/proc/stat"))?.[1] ?? "";
  const [user = Number.NaN, nice = 0, system = 0, , , irq = 0, softIrq = 0, stolen = 0] = line
    .split(" ")
    .map(Number);
  return { busy: (user + nice + system + irq + softIrq) * tickMs, stolen: stolen * tickMs };
};

/** What the hypervisor took of each core up to now. */
export const stolenMs = (): number[] =>
  [...read("/proc/stat").matchAll(/^cpu\d+ (.*)$/gm)].map(
    ([, times = ""]) => Number(times.split(" ")[7] ?? 0) * tickMs,
  );

/** The core for what is measured is its own; the rest share what is left. Null where nothing can be pinned. */
export const cores = ((): { measured: string; others: string } | null => {
  const count = availableParallelism();
  if (count < 2) return null;
  try {
    execFileSync("taskset", ["-p", String(process.pid)], { stdio: "ignore" });
    return { measured: String(count - 1), others: `0-${count - 2}` };
  } catch {
    return null;
  }
})();

/** Puts a session of processes before whatever else the machine does, where we may. */
export const goAhead = (pid: number): void => {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, "-20");
  } catch {
    // Not on this system, or not for this user: the figures are what the machine gives.
  }
};

const calibrationMs = 3_000;
const stepMs = 5;

/** How disturbed the machine is before anything of ours runs on it: what others use, and how late a timer is. */
export const calibrate = async (): Promise<string> => {
  const from = performance.now();
  const before = machineMs();
  const late: number[] = [];
  for (let due = stepMs; due < calibrationMs; due += stepMs) {
    await wait(Math.max(0, from + due - performance.now()));
    late.push(Math.max(0, performance.now() - from - due));
  }
  const busy = (machineMs().busy - before.busy) / calibrationMs;
  const [p50, p99] = [50, 99].map((percent) => percentile(late, percent).toFixed(2));
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.version}`;
  return `${machine}. Before the start others use ${(busy * 100).toFixed(0)} % of a core, and a timer is late by ${p50} ms at p50, ${p99} ms at p99.`;
};
