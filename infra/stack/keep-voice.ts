// The voice pipeline as a supervisor keeps it on a server: one that dies is followed by another at once, which delivers what
// the first left behind; one that is replaced finishes its calls while the next one takes the new ones, on the same port.
import { setTimeout as wait } from "node:timers/promises";
import { type Child, type ChildProgram, startChild } from "./child.ts";

export interface VoiceKeeper extends Pick<Child, "name" | "ready" | "ended" | "stop"> {
  /** Of the process that takes new calls. */
  readonly pid: number | undefined;
  /** Starts another beside it, and asks the first to finish. Settles once the other takes calls; answers with the first. */
  replace(): Promise<Pick<Child, "pid" | "ended">>;
}

/** One that dies as often as this in a minute will not live the next time either. */
const mostDeaths = 5;
const deathsWithinMs = 60_000;
const pauseMs = 200;

/** `ended` settles only when it died too often, or was stopped. */
export function keepVoice(program: ChildProgram): VoiceKeeper {
  const { promise: ended, resolve: giveUp } = Promise.withResolvers<string>();
  const running = new Set<Child>();
  const deaths: number[] = [];
  let isStopping = false;
  let current = start();

  function start(): Child {
    const child = startChild(program);
    running.add(child);
    void child.ended.then((how) => void followUp(child, how));
    return child;
  }

  async function followUp(child: Child, how: string): Promise<void> {
    running.delete(child);
    if (isStopping || child !== current) return;
    const now = performance.now();
    deaths.push(now);
    if (deaths.filter((at) => now - at < deathsWithinMs).length >= mostDeaths) {
      giveUp(how);
      return;
    }
    program.onLine(program.name, `ended (${how}); another one is started`);
    await wait(pauseMs);
    if (!isStopping && child === current) current = start();
  }

  return {
    name: program.name,
    ended,
    get pid() {
      return current.pid;
    },
    ready: () => current.ready(),
    async replace() {
      const next = start();
      await next.ready();
      const first = current;
      current = next;
      first.dismiss();
      return first;
    },
    async stop() {
      isStopping = true;
      await Promise.all([...running].map((child) => child.stop()));
      giveUp("stopped");
    },
  };
}
