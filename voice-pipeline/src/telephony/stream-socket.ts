/**
 * Our end of a WebSocket that Twilio opens (RFC 6455), for messages that come fifty times a second and call: they are read from
 * the socket's own bytes, and each that leaves is one write (docs/decisions/0109). No extensions. Who breaks the protocol is told
 * so and closed.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { readInPlace } from "./read-in-place.ts";
import { Frames } from "./web-socket-frames.ts";

const closeMs = 10_000;
/** Answers to pings that nobody reads. */
const mostUnsentBytes = 64 * 1024;
const codes = { normal: 1000, noCode: 1005 };
const opcodes = { text: 1, close: 8, pong: 10 } as const;

const acceptOf = (key: string): string =>
  createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");

export class StreamSocket {
  /** A whole message; its bytes are there until the next one is read. */
  onMessage: (payload: Buffer, isBinary: boolean) => void = () => {};
  /** What came is no WebSocket's; the socket closes by itself. */
  onBroken: () => void = () => {};
  /** Once, when nothing comes any more. */
  onClose: () => void = () => {};
  readonly #socket: Duplex;
  #isOpen = true;

  /** Shakes hands; null when the request is none for a WebSocket, and then nothing was sent. */
  static accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    mostBytes: number,
  ): StreamSocket | null {
    const { upgrade, "sec-websocket-key": key = "", "sec-websocket-version": version } = request.headers;
    const isAsked = request.method === "GET" && upgrade?.toLowerCase() === "websocket" && version === "13";
    if (!isAsked || !/^[+/0-9A-Za-z]{22}==$/.test(key)) return null;
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(key)}\r\n\r\n`,
    );
    if (head.length > 0) socket.unshift(head);
    return new StreamSocket(socket, mostBytes);
  }

  private constructor(socket: Duplex, mostBytes: number) {
    this.#socket = socket;
    const frames = new Frames(mostBytes, {
      message: (payload, isBinary) => {
        if (this.#isOpen) this.onMessage(payload, isBinary);
      },
      ping: (payload) => {
        if (socket.writableLength > mostUnsentBytes) socket.destroy();
        else if (this.#isOpen) this.#write(opcodes.pong, payload);
      },
      close: (code) => {
        this.close(code === codes.noCode ? codes.normal : code);
        this.#end();
      },
      broken: (code) => {
        this.onBroken();
        this.close(code);
        this.#end();
      },
    });
    if ("setNoDelay" in socket && typeof socket.setNoDelay === "function") socket.setNoDelay(true);
    readInPlace(socket, (piece) => frames.take(piece));
    socket.on("end", () => this.#end());
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.#isOpen = false;
      this.onClose();
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Bytes that the network has not taken yet. */
  get bufferedAmount(): number {
    return this.#socket.writableLength;
  }

  send(text: string): void {
    if (this.#isOpen) this.#write(opcodes.text, text);
  }

  /** Says that it closes, and waits a while for the other end to do so too. */
  close(code: number): void {
    if (!this.#isOpen) return;
    this.#write(opcodes.close, Buffer.from([code >> 8, code & 0xff]));
    this.#isOpen = false;
    const waiting = setTimeout(() => this.#socket.destroy(), closeMs);
    this.#socket.once("close", () => clearTimeout(waiting));
  }

  terminate(): void {
    this.#isOpen = false;
    this.#socket.destroy();
  }

  #end(): void {
    this.#isOpen = false;
    this.#socket.end();
  }

  #write(opcode: number, content: string | Buffer): void {
    const length = Buffer.byteLength(content);
    const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    const frame = Buffer.allocUnsafe(start + length);
    frame[0] = 0x80 | opcode;
    if (start === 2) frame[1] = length;
    else if (start === 4) {
      frame[1] = 126;
      frame.writeUInt16BE(length, 2);
    } else {
      frame[1] = 127;
      frame.writeBigUInt64BE(BigInt(length), 2);
    }
    if (typeof content === "string") frame.write(content, start);
    else content.copy(frame, start);
    this.#socket.write(frame);
  }
}
