// One long-running process of the stack: started, heard until it says that it is ready, and stopped without leftovers.
// It runs in a session of its own, so that a Ctrl-C in the terminal reaches only the stack, which stops it in order;
// the IPC channel tells it when the stack itself was killed.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface ChildProgram {
  /** For people: in the log and in messages. */
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly onLine: (name: string, line: string) => void;
}

export interface Child {
  readonly name: string;
  /** The address after `ready`. @throws Error with the process's last words when it ends before that */
  ready(): Promise<string>;
  readonly pid: number | undefined;
  /** Settles when the process is gone; says with what. */
  readonly ended: Promise<string>;
  /** Asks it to stop, however long it then takes. */
  dismiss(): void;
  /** Asks it to stop, and ends it after ten seconds. */
  stop(): Promise<void>;
}

const patienceMs = 10_000;
const keptLines = 12;

export function startChild(program: ChildProgram): Child {
  const child = spawn(process.execPath, program.args, {
    cwd: program.cwd,
    env: program.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const lastWords: string[] = [];
  const { promise: readyUrl, resolve: sayReady } = Promise.withResolvers<string>();
  const hear = (line: string): void => {
    lastWords.push(line);
    if (lastWords.length > keptLines) lastWords.shift();
    program.onLine(program.name, line);
    const ready = /^ready (\S+)$/.exec(line);
    if (ready?.[1] !== undefined) sayReady(ready[1]);
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on("line", hear);
  }
  const ended = new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  return {
    name: program.name,
    pid: child.pid,
    ended,
    dismiss: () => void child.kill("SIGTERM"),
    ready: () =>
      Promise.race([
        readyUrl,
        ended.then((how) => {
          throw new Error(`${program.name} did not start (${how}):\n${lastWords.join("\n")}`);
        }),
      ]),
    stop: async () => {
      child.kill("SIGTERM");
      const enough = setTimeout(() => child.kill("SIGKILL"), patienceMs);
      await ended;
      clearTimeout(enough);
    },
  };
}
