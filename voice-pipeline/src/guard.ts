/**
 * One call's bug must not hurt another. Everything that a call starts (its sockets, timers, requests) runs in the call's own
 * scope; an exception that nobody caught is traced to its scope, which ends that call, and the process goes on.
 */
import { AsyncLocalStorage } from "node:async_hooks";

type Broke = (error: unknown) => void;
const scope = new AsyncLocalStorage<Broke>();

/**
 * Runs work in a scope, and in whatever else was running when the guard was made: what it throws now, or later in anything
 * that it began, is told to `broke`. The scope is entered for each frame of sound, so it is made once.
 */
export const guard = (broke: Broke): ((work: () => void) => void) => {
  const enter = scope.run(broke, () => AsyncLocalStorage.snapshot());
  return (work) =>
    enter(() => {
      try {
        work();
      } catch (error) {
        broke(error);
      }
    });
};

/** Tells the scope in which something just broke; false when it was nobody's. For the process's handlers of last resort. */
export const tellScope = (error: unknown): boolean => {
  const broke = scope.getStore();
  broke?.(error);
  return broke !== undefined;
};

/** What may be logged of an error: where, not what, since its message may hold words of a call. */
export const traceOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error;
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const code = "code" in error ? ` ${String(error.code)}` : "";
  return [error.name + code, ...frames.slice(0, 8).map((line) => line.trim())].join(" | ");
};
