/** For tests: an ElevenLabs on loopback that does on each connection what it is told, right or wrong. */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";

interface Asked {
  text?: string;
  context_id?: string;
  close_context?: boolean;
  voice_settings?: object;
}

export interface VoiceConnection {
  socket: WebSocket;
  request: IncomingMessage;
  asked: Asked[];
  /** The texts that were to be spoken, and the context of the newest. */
  readonly texts: string[];
  readonly context: string;
  send(message: object | string): void;
  /** Speaks with a letter for each 10 ms of sound, whose bytes are the letters themselves. */
  speak(text: string, context?: string): void;
  end(context?: string): void;
}

type Behave = (connection: VoiceConnection, asked: Asked) => void;
interface Refuse {
  status: number;
  headers?: Record<string, string>;
}

export const msPerLetter = 10;
export const soundOf = (text: string): Buffer =>
  Buffer.concat([...text].map((letter) => Buffer.alloc(msPerLetter * 8, letter)));
/** What sound of `soundOf` says. */
export const textOf = (sound: Buffer): string =>
  [...sound.toString("latin1")].filter((_, at) => at % (msPerLetter * 8) === 0).join("");

/** `plan` has one entry for each connection in turn; the last serves all that follow. It acts on each message. */
export const misbehave = async (...plan: (Behave | Refuse)[]) => {
  const connections: VoiceConnection[] = [];
  let count = 0;
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on("upgrade", (request, raw, head) => {
    const step = plan[Math.min(count, plan.length - 1)];
    count += 1;
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
      const send = (message: object | string) =>
        socket.send(typeof message === "string" ? message : JSON.stringify(message));
      const connection: VoiceConnection = {
        socket,
        request,
        asked: [],
        get texts() {
          return connection.asked.flatMap(({ text }) => (text?.trim() ? [text.trim()] : []));
        },
        get context() {
          return connection.asked.findLast(({ text }) => text?.trim())?.context_id ?? "";
        },
        send,
        speak(text, context = connection.context) {
          const chars = [...text];
          const alignment = {
            chars,
            charStartTimesMs: chars.map((_, at) => at * msPerLetter),
            charsDurationsMs: chars.map(() => msPerLetter),
          };
          send({ audio: soundOf(text).toString("base64"), contextId: context, isFinal: false, alignment });
        },
        end(context = connection.context) {
          send({ isFinal: true, contextId: context });
        },
      };
      connections.push(connection);
      socket.on("error", () => {});
      socket.on("message", (data) => {
        const asked: Asked = JSON.parse(String(data));
        connection.asked.push(asked);
        step?.(connection, asked);
      });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return {
    url: `ws://127.0.0.1:${port}`,
    connections,
    count: () => count,
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
    },
  };
};
