/** A process of the bench: pinned to its cores where the machine permits, ready when it says so, asked over IPC. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { goAhead } from "./machine.ts";

export interface Program {
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** A list of cores as taskset takes it; null to pin nothing. */
  core: string | null;
}

export class MeasuredProcess {
  readonly pid: number;
  /** What it said after `ready`. */
  readonly address: string;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess, address: string) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.address = address;
  }

  /** Asks, and gives the answer that has `key`. */
  ask<Answer>(question: string, key: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const hear = (message: unknown): void => {
        if (typeof message !== "object" || message === null || !(key in message)) return;
        this.#child.off("message", hear);
        clearTimeout(waiting);
        resolve((message as Record<string, Answer>)[key] as Answer);
      };
      const waiting = setTimeout(() => reject(new Error(`No answer to ${question}.`)), 30_000);
      this.#child.on("message", hear);
      this.tell(question);
    });
  }

  tell(message: string): void {
    if (this.#child.connected) this.#child.send(message);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    const enough = setTimeout(() => this.#child.kill("SIGKILL"), 15_000);
    await gone;
    clearTimeout(enough);
  }
}

/** @throws Error with the process's last words when it ends before it is ready */
export const startMeasured = ({ command, args, env, core }: Program): Promise<MeasuredProcess> =>
  new Promise((resolve, reject) => {
    const pinned = core === null ? [command, ...args] : ["taskset", "-c", core, command, ...args];
    const [program = command, ...rest] = pinned;
    const child = spawn(program, rest, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // A session of its own is what the scheduler weighs.
      detached: true,
    });
    if (child.pid !== undefined) goAhead(child.pid);
    const lastWords: string[] = [];
    let isReady = false;
    const hear = (line: string): void => {
      const address = /^ready (\S+)$/.exec(line)?.[1];
      if (address !== undefined) {
        isReady = true;
        resolve(new MeasuredProcess(child, address));
      } else if (!isReady) lastWords.push(line);
    };
    for (const stream of [child.stdout, child.stderr])
      if (stream) createInterface({ input: stream }).on("line", hear);
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (!isReady)
        reject(new Error(`${command} ended (${code ?? signal}):\n${lastWords.slice(-20).join("\n")}`));
      else if (signal === null && code !== 0) process.stderr.write(`${args.at(-1)} ended with ${code}\n`);
    });
  });
