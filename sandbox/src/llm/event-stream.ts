/**
 * Writes a stream of server-sent events at a model's pace: the first after a while, the rest evenly, by an absolute
 * schedule that catches up after a late timer. Stops when the client goes away; always closes after `[DONE]`.
 */
import type { ServerResponse } from "node:http";

export interface Pace {
  firstMs: number;
  eachMs: number;
  /** Cuts the connection this long after the stream began. */
  dropAfterMs: number | undefined;
}

export const writeEventStream = (
  response: ServerResponse,
  events: readonly unknown[],
  pace: Pace,
): Promise<void> =>
  new Promise((resolve) => {
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, must-revalidate",
    });
    response.flushHeaders();
    const startedAt = performance.now();
    let next = 0;
    let timer: NodeJS.Timeout | undefined;
    const dropping =
      pace.dropAfterMs === undefined ? undefined : setTimeout(() => response.destroy(), pace.dropAfterMs);
    const dueAt = (index: number) => startedAt + pace.firstMs + index * pace.eachMs;
    const write = () => {
      let text = "";
      const now = performance.now();
      while (next < events.length && dueAt(next) <= now + 0.5)
        text += `data: ${JSON.stringify(events[next++])}\n\n`;
      if (next >= events.length) {
        response.end(`${text}data: [DONE]\n\n`);
        return;
      }
      if (text !== "") response.write(text);
      timer = setTimeout(write, Math.max(1, dueAt(next) - performance.now()));
    };
    response.once("close", () => {
      clearTimeout(timer);
      clearTimeout(dropping);
      resolve();
    });
    timer = setTimeout(write, pace.firstMs);
  });
