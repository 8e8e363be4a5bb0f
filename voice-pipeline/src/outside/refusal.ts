/** A provider that answers with an HTTP status instead of what was asked for, and how long it wants to be left alone. */
import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";

export interface Refusal {
  status: number;
  /** What its `retry-after` asks for; null when it does not say. */
  retryAfterMs: number | null;
}

/** A number of seconds or a date (RFC 9110, 10.2.3), `retry-after-ms` before it. */
export const retryAfterMs = (
  header: (name: string) => string | null | undefined,
  now: Date,
): number | null => {
  const ms = header("retry-after-ms");
  if (ms && /^\d+(\.\d+)?$/.test(ms)) return Number(ms);
  const text = header("retry-after");
  if (!text) return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = /^[A-Z][a-z]/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
};

/** Whether asking again with the same key and the same question can help. */
export const canHelp = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** Tells of an upgrade that was answered by a status; the socket is closed, and its `close` follows. */
export const onRefusal = (socket: WebSocket, tell: (refusal: Refusal) => void): void => {
  socket.on("unexpected-response", (_, response: IncomingMessage) => {
    const header = (name: string) => {
      const value = response.headers[name];
      return typeof value === "string" ? value : null;
    };
    tell({ status: response.statusCode ?? 0, retryAfterMs: retryAfterMs(header, new Date()) });
    response.resume();
    socket.terminate();
  });
};
