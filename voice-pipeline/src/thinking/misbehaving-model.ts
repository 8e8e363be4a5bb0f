/** For tests: an OpenAI-compatible server on loopback that answers each question as it is told, right or wrong. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";

/** A number is a pause in milliseconds; "wait" is one until `goOn`; "hang" never ends, "cut" closes the connection. */
export type Piece = string | Buffer | number | "wait" | "hang" | "cut";
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  pieces: Piece[];
}

export const data = (chunk: object | string): string =>
  `data: ${typeof chunk === "string" ? chunk : JSON.stringify(chunk)}\n\n`;
export const word = (content: string): string => data({ choices: [{ delta: { content } }] });
export const finish = (reason = "stop"): string => data({ choices: [{ delta: {}, finish_reason: reason }] });
export const usage = (prompt_tokens: number, completion_tokens: number): string =>
  data({ choices: [], usage: { prompt_tokens, completion_tokens } });
export const done = data("[DONE]");
export const saying = (...words: string[]): Answer => ({ pieces: [...words.map(word), finish(), done] });

export interface Asked {
  model: string;
  messages: { role: string; content: string | null }[];
  at: number;
  key: string;
  /** The connection that it came over. */
  port: number;
  isGone: boolean;
}

const play = async (
  pieces: readonly Piece[],
  response: ServerResponse,
  goneOn: Promise<void>,
): Promise<void> => {
  for (const piece of pieces) {
    if (response.destroyed) return;
    if (typeof piece === "number") await wait(piece);
    else if (piece === "wait") await goneOn;
    else if (piece === "hang") return;
    else if (piece === "cut") {
      response.destroy();
      return;
    } else response.write(piece);
  }
  response.end();
};

/** `plan` has one answer for each question in turn; the last serves all that follow. */
export const misbehave = async (...plan: Answer[]) => {
  const asked: Asked[] = [];
  const { promise: goneOn, resolve: goOn } = Promise.withResolvers<void>();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = plan[Math.min(asked.length, plan.length - 1)];
    const question: Asked = {
      model: "",
      messages: [],
      at: 0,
      key: request.headers.authorization?.replace("Bearer ", "") ?? "",
      port: request.socket.remotePort ?? 0,
      isGone: false,
    };
    asked.push(question);
    response.on("close", () => {
      question.isGone = !response.writableFinished;
    });
    Object.assign(question, await json(request), { at: performance.now() });
    const headers = { "content-type": "text/event-stream", ...answer?.headers };
    response.writeHead(answer?.status ?? 200, headers).flushHeaders();
    await play(answer?.pieces ?? [], response, goneOn);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    goOn,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
