/** A WebSocket to a provider: how it is opened, what becomes of it, and how it is left. */
import { requestIdHeaders } from "@callmeback/shared/domain/request-id";
import { WebSocket } from "ws";
import { onRefusal, type Refusal } from "./refusal.ts";

interface Address {
  url: string;
  /** Who asks. */
  headers: Readonly<Record<string, string>>;
  connectMs: number;
  /** A larger message closes it. In bytes. */
  largestMessage: number;
}

export interface ProviderSocketEvents {
  open(): void;
  message(data: Buffer, isBinary: boolean): void;
  pong?(): void;
  /** The last that is heard of it, and the only one where it never opened. */
  close(code: number, refusal: Refusal | null): void;
}

const farewellMs = 1_000;

/** It tries once: a socket that is gone stays gone. */
export const connectTo = (address: Address, on: ProviderSocketEvents): WebSocket => {
  const socket = new WebSocket(address.url, {
    headers: { ...address.headers, ...requestIdHeaders() },
    perMessageDeflate: false,
    handshakeTimeout: address.connectMs,
    maxPayload: address.largestMessage,
  });
  let refusal: Refusal | null = null;
  onRefusal(socket, (given) => {
    refusal = given;
  });
  socket.on("open", () => on.open());
  socket.on("message", (data, isBinary) => {
    if (Buffer.isBuffer(data)) on.message(data, isBinary);
  });
  socket.on("pong", () => on.pong?.());
  // What is wrong is told by the close that follows.
  socket.on("error", () => {});
  socket.on("close", (code) => on.close(code, refusal));
  return socket;
};

export const isOpen = (socket: WebSocket | null): boolean => socket?.readyState === WebSocket.OPEN;

/** Says the last word, which the provider answers by closing, and does not wait for that for ever. */
export const leaveSocket = (socket: WebSocket | null, lastWord: string): void => {
  if (socket?.readyState !== WebSocket.OPEN) {
    socket?.terminate();
    return;
  }
  socket.send(lastWord);
  const waiting = setTimeout(() => socket.terminate(), farewellMs);
  socket.once("close", () => clearTimeout(waiting));
};
