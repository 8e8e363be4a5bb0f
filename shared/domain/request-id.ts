// The request that a piece of work belongs to. It goes along with the work by itself: into each log line, to the next
// Worker, to the database and to the outside.
import { AsyncLocalStorage } from "node:async_hooks";

/** Carries a request's id to the outside and back. */
export const requestIdHeader = "X-Request-Id";

/** A request id that a caller may choose: short and harmless in a log. */
export const requestIdPattern = /^[\w.:-]{8,128}$/;

const running = new AsyncLocalStorage<string>();

export const currentRequestId = (): string | undefined => running.getStore();

export const withRequestId = <T>(id: string, work: () => T): T => running.run(id, work);

/** For requests to the outside. */
export function requestIdHeaders(): Record<string, string> {
  const id = currentRequestId();
  return id === undefined ? {} : { [requestIdHeader]: id };
}

function requestIdOf(context: unknown): string | undefined {
  if (typeof context !== "object" || context === null || !("requestId" in context)) return undefined;
  return typeof context.requestId === "string" ? context.requestId : undefined;
}

/** Makes every method of a Worker that is given a `Context` run under the id of its request. */
export function followRequests(worker: { prototype: object }): void {
  const methods = Object.entries(Object.getOwnPropertyDescriptors(worker.prototype));
  for (const [name, { value: method }] of methods) {
    if (name === "constructor" || typeof method !== "function") continue;
    Object.defineProperty(worker.prototype, name, {
      configurable: true,
      writable: true,
      value(this: unknown, ...given: unknown[]): unknown {
        const id = requestIdOf(given[0]);
        const work = (): unknown => Reflect.apply(method, this, given);
        return id === undefined ? work() : withRequestId(id, work);
      },
    });
  }
}
