// One JSON line per event, under the id of the request that it belongs to. Fields are few and flat, so that a secret has
// nowhere to hide.
import { currentRequestId } from "./request-id.ts";

type LogField = string | number | boolean | null | undefined;

export interface LogLine {
  worker: string;
  event: string;
  [field: string]: LogField;
}

/** Writes an event. Phone numbers belong in it masked, tokens and bodies not at all. */
export function log(line: LogLine): void {
  console.log(JSON.stringify(stamped(line)));
}

/** Writes a fault with its message and stack: for bugs and outside failures, never shown to a client. */
export function logFault(line: LogLine, error: unknown): void {
  const fault = error instanceof Error ? error : new Error(String(error));
  console.error(JSON.stringify({ ...stamped(line), error: fault.message, stack: fault.stack }));
}

const stamped = (line: LogLine) => ({
  at: new Date().toISOString(),
  requestId: currentRequestId(),
  ...line,
});
