/** For tests: a speech-to-text server on loopback that does on each connection what it is told, right or wrong. */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";

export interface Connection {
  socket: WebSocket;
  request: IncomingMessage;
  /** The first byte of each 20 ms that came: tests give each frame a number. */
  frames: number[];
  openedAt: number;
  say(message: object | string): void;
}

type Behave = (connection: Connection) => void;
interface Refuse {
  status: number;
  headers?: Record<string, string>;
}

/** `plan` has one entry for each connection in turn; the last serves all that follow. */
export const misbehave = async (plan: (Behave | Refuse)[]) => {
  const connections: Connection[] = [];
  let asked = 0;
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on("upgrade", (request, raw, head) => {
    const step = plan[Math.min(asked, plan.length - 1)];
    asked += 1;
    if (typeof step === "object") {
      // Who is refused may be gone before the refusal is read.
      raw.on("error", () => raw.destroy());
      const headers = Object.entries({ connection: "close", ...step.headers });
      raw.end(
        `HTTP/1.1 ${step.status} No\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`,
      );
      return;
    }
    sockets.handleUpgrade(request, raw, head, (socket) => {
      const connection: Connection = {
        socket,
        request,
        frames: [],
        openedAt: performance.now(),
        say: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
      };
      connections.push(connection);
      socket.on("error", () => {});
      socket.on("message", (data, isBinary) => {
        if (!isBinary || !Buffer.isBuffer(data)) return;
        for (let at = 0; at < data.length; at += 160) connection.frames.push(data[at] ?? 0);
      });
      step?.(connection);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return {
    url: `ws://127.0.0.1:${port}`,
    connections,
    asked: () => asked,
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
    },
  };
};
