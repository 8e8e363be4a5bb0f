/**
 * The little of RFC 6455 that fakes and callers need, over a bare socket: a library's care would take from the cores what
 * is to be measured. No extensions, no fragments; who sends garbage is cut off.
 */
import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";

const acceptOf = (key: string): string =>
  createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");

const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
type Opcode = (typeof opcodes)[keyof typeof opcodes];

export class RawWebSocket {
  onMessage: (payload: Buffer, isBinary: boolean) => void = () => {};
  onClose: () => void = () => {};
  readonly #socket: Socket;
  readonly #isClient: boolean;
  #rest: Buffer | null = null;
  /** Clients must mask; the key is fixed, since what it defends against is not here. */
  readonly #key = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

  constructor(socket: Socket, isClient: boolean) {
    this.#socket = socket;
    this.#isClient = isClient;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#take(chunk));
    socket.on("error", () => {});
    socket.on("close", () => this.onClose());
  }

  get isOpen(): boolean {
    return this.#socket.writable;
  }

  sendText(text: string): void {
    this.#send(opcodes.text, Buffer.from(text, "utf8"));
  }

  close(): void {
    if (!this.isOpen) return;
    this.#send(opcodes.close, Buffer.from([3, 232]));
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), 1_000).unref();
  }

  /** What came with the handshake. */
  feed(head: Buffer): void {
    if (head.length > 0) this.#take(head);
  }

  #send(opcode: Opcode, payload: Buffer): void {
    if (!this.isOpen) return;
    const { length } = payload;
    const sizeBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
    const start = 2 + sizeBytes + (this.#isClient ? 4 : 0);
    const frame = Buffer.allocUnsafe(start + length);
    frame[0] = 0x80 | opcode;
    const masked = this.#isClient ? 0x80 : 0;
    if (sizeBytes === 0) frame[1] = masked | length;
    else if (sizeBytes === 2) {
      frame[1] = masked | 126;
      frame.writeUInt16BE(length, 2);
    } else {
      frame[1] = masked | 127;
      frame.writeBigUInt64BE(BigInt(length), 2);
    }
    payload.copy(frame, start);
    if (this.#isClient) {
      this.#key.copy(frame, start - 4);
      mask(frame, start, this.#key);
    }
    this.#socket.write(frame);
  }

  #take(chunk: Buffer): void {
    let data = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = null;
    while (data.length >= 2) {
      const [first = 0, second = 0] = data;
      const short = second & 0x7f;
      const keyAt = short === 126 ? 4 : short === 127 ? 10 : 2;
      const start = keyAt + (second & 0x80 ? 4 : 0);
      if (data.length < start) break;
      const length =
        short === 126 ? data.readUInt16BE(2) : short === 127 ? Number(data.readBigUInt64BE(2)) : short;
      if (data.length < start + length) break;
      const payload = data.subarray(start, start + length);
      if (second & 0x80) mask(payload, 0, data.subarray(keyAt, start));
      data = data.subarray(start + length);
      this.#receive(first, payload);
    }
    if (data.length > 0) this.#rest = data;
  }

  #receive(first: number, payload: Buffer): void {
    const opcode = first & 0x0f;
    if (opcode === opcodes.text || opcode === opcodes.binary)
      this.onMessage(payload, opcode === opcodes.binary);
    else if (opcode === opcodes.ping) this.#send(opcodes.pong, payload);
    else if (opcode === opcodes.close) this.close();
    else if (opcode !== opcodes.pong) this.#socket.destroy();
  }
}

const mask = (bytes: Buffer, from: number, key: Buffer): void => {
  const [a = 0, b = 0, c = 0, d = 0] = key;
  const keys = [a, b, c, d];
  for (let index = from; index < bytes.length; index += 1)
    bytes[index] = (bytes[index] ?? 0) ^ (keys[(index - from) & 3] ?? 0);
};

/** The server's side of the handshake. */
export const acceptWebSocket = (request: IncomingMessage, socket: Socket, head: Buffer): RawWebSocket => {
  const key = request.headers["sec-websocket-key"] ?? "";
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(key)}\r\n\r\n`,
  );
  const accepted = new RawWebSocket(socket, false);
  queueMicrotask(() => accepted.feed(head));
  return accepted;
};

/** @throws Error when the server does not take the handshake. */
export const openWebSocket = (
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawWebSocket> =>
  new Promise((resolve, reject) => {
    const { hostname, port, host, pathname } = new URL(url);
    const key = randomBytes(16).toString("base64");
    const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const socket = connect(Number(port), hostname, () =>
      socket.write(
        `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n${more.join("")}\r\n`,
      ),
    );
    let answer = Buffer.alloc(0);
    const read = (chunk: Buffer): void => {
      answer = Buffer.concat([answer, chunk]);
      const end = answer.indexOf("\r\n\r\n");
      if (end < 0) return;
      socket.off("data", read);
      const head = answer.toString("latin1", 0, end);
      if (!head.startsWith("HTTP/1.1 101") || !head.includes(acceptOf(key))) {
        reject(new Error(`The handshake was refused: ${head.split("\r\n")[0]}`));
        socket.destroy();
        return;
      }
      const open = new RawWebSocket(socket, true);
      const rest = answer.subarray(end + 4);
      queueMicrotask(() => open.feed(rest));
      resolve(open);
    };
    socket.on("data", read);
    socket.once("error", reject);
  });
