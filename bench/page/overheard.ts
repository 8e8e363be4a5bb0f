// A listener on the line between the voice pipeline and its speech-to-text: passes everything on unchanged, and notes
// when which words came back, by the clock of this machine.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import * as z from "zod";

export interface Recognised {
  /** Milliseconds of the epoch. */
  at: number;
  text: string;
}

const recognition = z.union([
  z.object({
    type: z.literal("Results"),
    channel: z.object({ alternatives: z.array(z.object({ transcript: z.string() })).min(1) }),
  }),
  z.object({ type: z.literal("TurnInfo"), transcript: z.string() }),
]);

function wordsIn(message: string): string {
  const { data } = recognition.safeParse(JSON.parse(message));
  if (data === undefined) return "";
  return data.type === "TurnInfo" ? data.transcript : (data.channel.alternatives[0]?.transcript ?? "");
}

export interface Overheard {
  /** What the pipeline is given as its speech-to-text. */
  readonly url: string;
  /** In the order in which it came. */
  readonly recognised: readonly Recognised[];
  /** The speech-to-text itself; known once the house stands. */
  leadTo(url: string): void;
  close(): Promise<void>;
}

export async function overhear(): Promise<Overheard> {
  const recognised: Recognised[] = [];
  let target = "";
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (near, request) => {
    const { authorization = "" } = request.headers;
    const far = new WebSocket(`${target}${request.url}`, { headers: { authorization } });
    const early: [Parameters<typeof far.send>[0], boolean][] = [];
    near.on("message", (data: Buffer, isBinary: boolean) => {
      if (far.readyState === WebSocket.OPEN) far.send(data, { binary: isBinary });
      else early.push([data, isBinary]);
    });
    far.on("open", () => {
      for (const [data, binary] of early.splice(0)) far.send(data, { binary });
    });
    far.on("message", (data: Buffer, isBinary: boolean) => {
      const at = Date.now();
      near.send(data, { binary: isBinary });
      const text = isBinary ? "" : wordsIn(String(data));
      if (text !== "") recognised.push({ at, text });
    });
    near.on("close", () => far.close());
    far.on("close", () => near.close());
    for (const each of [near, far]) each.on("error", () => each.terminate());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    recognised,
    leadTo: (url) => {
      target = url;
    },
    close: async () => {
      for (const each of sockets.clients) each.terminate();
      sockets.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
