/** For tests: a WebSocket written by hand, so that each of its bytes can be wrong. */
import { randomBytes } from "node:crypto";
import { get } from "node:http";
import type { Socket } from "node:net";
import { streamSignature } from "./pipeline.ts";

/** @returns null when the server did not take the upgrade */
export const openRaw = (url: string): Promise<Socket | null> =>
  new Promise((resolve) => {
    const request = get(url.replace(/^ws/, "http"), {
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "x-twilio-signature": streamSignature,
        "sec-websocket-version": "13",
        "sec-websocket-key": randomBytes(16).toString("base64"),
      },
    });
    request.on("upgrade", (_, socket) => {
      socket.on("error", () => {});
      socket.resume();
      resolve(socket);
    });
    request.on("response", (response) => {
      response.resume();
      resolve(null);
    });
    request.on("error", () => resolve(null));
  });

export interface FrameOptions {
  /** 1 text, 2 binary, 0 what goes on, 8 close, 9 ping, 10 pong; the rest are reserved. */
  opcode?: number;
  isLast?: boolean;
  reservedBits?: number;
  isMasked?: boolean;
  /** Bytes that the header announces beyond those that follow. */
  missing?: number;
}

/** RFC 6455, 5.2. */
export const frame = (content: string | Buffer, options: FrameOptions = {}): Buffer => {
  const { opcode = 1, isLast = true, reservedBits = 0, isMasked = true, missing = 0 } = options;
  const payload = Buffer.from(content);
  const length = payload.length + missing;
  const first = (isLast ? 0x80 : 0) | (reservedBits << 4) | opcode;
  const maskBit = isMasked ? 0x80 : 0;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = first;
  if (length < 126) head[1] = maskBit | length;
  else if (length < 65_536) {
    head[1] = maskBit | 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = maskBit | 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  if (!isMasked) return Buffer.concat([head, payload]);
  const mask = randomBytes(4);
  for (let index = 0; index < payload.length; index += 1)
    payload[index] = (payload[index] ?? 0) ^ (mask[index % 4] ?? 0);
  return Buffer.concat([head, mask, payload]);
};
