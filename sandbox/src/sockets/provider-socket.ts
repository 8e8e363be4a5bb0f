/**
 * A provider's end of a WebSocket, with what can go wrong with it on purpose: dropped after a while, or half-open
 * (it takes everything and says nothing). Compression is off: it costs more than telephone sound is worth.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { Faults } from "../faults.ts";
import type { ProviderName } from "../provider.ts";

export interface SocketHandlers {
  text(message: string): void;
  binary(bytes: Buffer): void;
  /** The socket is gone, whoever closed it. */
  closed(): void;
}

export class ProviderSocket {
  readonly #ws: WebSocket;
  readonly #isStalled: () => boolean;

  constructor(ws: WebSocket, isStalled: () => boolean) {
    this.#ws = ws;
    this.#isStalled = isStalled;
  }

  get isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  send(message: object): void {
    if (this.isOpen && !this.#isStalled()) this.#ws.send(JSON.stringify(message));
  }

  sendSound(bytes: Buffer): void {
    if (this.isOpen && !this.#isStalled()) this.#ws.send(bytes);
  }

  close(code: number, reason = ""): void {
    if (this.isOpen && !this.#isStalled()) this.#ws.close(code, reason);
  }
}

const asBuffer = (data: RawData): Buffer =>
  Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);

export class ProviderSockets {
  readonly #name: ProviderName;
  readonly #faults: Faults;
  readonly #headers = new WeakMap<IncomingMessage, string[]>();
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1 << 20 });

  constructor(name: ProviderName, faults: Faults) {
    this.#name = name;
    this.#faults = faults;
    this.#server.on("headers", (headers, request) => {
      headers.push(...(this.#headers.get(request) ?? []));
    });
  }

  /** Takes the upgrade; `headers` are added to the answer, `open` gives what the socket's messages go to. */
  accept(
    upgrade: { request: IncomingMessage; socket: Duplex; head: Buffer },
    headers: string[],
    open: (socket: ProviderSocket) => SocketHandlers,
  ): void {
    const { request, socket, head } = upgrade;
    this.#headers.set(request, headers);
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      const dropAfterMs = this.#faults.get(this.#name)?.dropAfterMs;
      const dropping = dropAfterMs === undefined ? undefined : setTimeout(() => ws.terminate(), dropAfterMs);
      const handlers = open(new ProviderSocket(ws, () => this.#faults.get(this.#name)?.stall === true));
      ws.on("message", (data, isBinary) => {
        const bytes = asBuffer(data);
        if (isBinary) handlers.binary(bytes);
        else handlers.text(bytes.toString("utf8"));
      });
      // A protocol error is followed by "close", which tells the handlers.
      ws.on("error", () => {});
      ws.once("close", () => {
        clearTimeout(dropping);
        handlers.closed();
      });
    });
  }

  /** Cuts every socket without a word. */
  terminate(): void {
    for (const ws of this.#server.clients) ws.terminate();
  }
}

const reasons: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** Refuses an upgrade with an ordinary HTTP answer. */
export const refuseUpgrade = (
  socket: Duplex,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void => {
  const text = JSON.stringify(body);
  const lines = Object.entries({
    connection: "close",
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(text)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${reasons[status] ?? "Error"}\r\n${lines.join("")}\r\n${text}`);
};
