/** Where a core of the machine was away: the hypervisor gave it to another one, and nobody here can work through that. */
import { nowMs } from "./clock.ts";
import { stolenMs } from "./machine.ts";

export interface Theft {
  /** When it was seen, of `nowMs`. */
  at: number;
  core: number;
  ms: number;
}

const lookEveryMs = 100;
const theftMs = 30;

export const watchThefts = (): { all: readonly Theft[]; stop(): void } => {
  const all: Theft[] = [];
  let before = stolenMs();
  const timer = setInterval(() => {
    const now = stolenMs();
    for (const [core, stolen] of now.entries()) {
      const ms = stolen - (before[core] ?? 0);
      if (ms >= theftMs) all.push({ at: nowMs(), core, ms });
    }
    before = now;
  }, lookEveryMs);
  return { all, stop: () => clearInterval(timer) };
};
