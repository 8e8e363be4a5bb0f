/** A client that is right, wrong or hostile, byte by byte, at a real socket. */
import { once } from "node:events";
import { createServer, get, IncomingMessage } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import { duplexPair } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { frame, openRaw } from "../testing/raw-socket.ts";
import { StreamSocket } from "./stream-socket.ts";

const mostBytes = 64 * 1024;
const server = createServer();
let port: number;
let got: (string | Buffer)[];
let troubles: number;
let ours: StreamSocket;
let closed: Promise<void>;

server.on("upgrade", (request, raw, head) => {
  const accepted = StreamSocket.accept(request, raw, head, mostBytes);
  if (accepted === null) {
    raw.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    return;
  }
  ours = accepted;
  ours.onMessage = (payload, isBinary) => got.push(isBinary ? Buffer.from(payload) : payload.toString());
  ours.onBroken = () => {
    troubles += 1;
  };
  closed = new Promise((resolve) => {
    ours.onClose = resolve;
  });
});
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());
beforeEach(() => {
  [got, troubles] = [[], 0];
});

const open = async () => {
  const socket = await openRaw(`ws://127.0.0.1:${port}/stream`);
  if (socket === null) throw new Error("It did not take the handshake.");
  const came: Buffer[] = [];
  socket.on("data", (chunk) => came.push(chunk));
  return { socket, came: () => Buffer.concat(came) };
};
const closing = (code: number) => Buffer.from([0x88, 2, code >> 8, code & 0xff]);

it("reads messages of every size, in both kinds, as one and in parts, and answers pings amid them", async () => {
  const { socket, came } = await open();
  const sizes = [0, 1, 125, 126, 400, 65_535, mostBytes];
  const texts = sizes.map((size) => "ä".repeat(size >> 1) + "a".repeat(size & 1));
  for (const text of texts) socket.write(frame(text));
  socket.write(frame(Buffer.from([1, 2, 3]), { opcode: 2 }));
  socket.write(frame("one, ", { isLast: false }));
  socket.write(frame("now?", { opcode: 9 }));
  socket.write(frame("two, ", { opcode: 0, isLast: false }));
  socket.write(Buffer.concat([frame("three", { opcode: 0 }), frame("x", { opcode: 10 }), frame("next")]));
  await expect.poll(() => got.at(-1)).toBe("next");
  expect(got).toEqual([...texts, Buffer.from([1, 2, 3]), "one, two, three", "next"]);
  expect(came()).toEqual(Buffer.concat([Buffer.from([0x8a, 4]), Buffer.from("now?")]));
  socket.destroy();
  await closed;
  expect([troubles, ours.isOpen]).toEqual([0, false]);
});

it("reads every socket into the same place", async () => {
  const places = new Set<ArrayBufferLike>();
  for (const name of ["one", "two"]) {
    const { socket } = await open();
    ours.onMessage = (payload) => {
      places.add(payload.buffer);
      got.push(payload.toString());
    };
    socket.write(frame(name));
    await expect.poll(() => got.at(-1)).toBe(name);
    socket.destroy();
    await closed;
  }
  // Should a new Node have no such way any more, all works as before, and this tells.
  expect(places.size).toBe(1);
});

it("reads what is no socket of the system's as any other", async () => {
  const [theirs, raw] = duplexPair();
  const request = Object.assign(new IncomingMessage(new Socket()), {
    method: "GET",
    headers: {
      upgrade: "websocket",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      "sec-websocket-version": "13",
    },
  });
  const socket = StreamSocket.accept(request, raw, frame("early"), mostBytes);
  if (socket === null) throw new Error("It did not take the handshake.");
  socket.onMessage = (payload) => got.push(payload.toString());
  theirs.write(frame("later"));
  await expect.poll(() => got).toEqual(["early", "later"]);
  socket.terminate();
});

it("reads what comes byte by byte", async () => {
  const { socket } = await open();
  const bytes = Buffer.concat([
    frame("slow"),
    frame("s".repeat(300)),
    frame("", { opcode: 9 }),
    frame("end"),
  ]);
  for (const byte of bytes) {
    socket.write(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await expect.poll(() => got).toEqual(["slow", "s".repeat(300), "end"]);
  socket.destroy();
});

it.each([
  ["an unmasked frame", frame("a", { isMasked: false }), 1002],
  ["a reserved bit", frame("a", { reservedBits: 4 }), 1002],
  ["a kind that nobody knows", frame("a", { opcode: 3 }), 1002],
  ["a control frame that nobody knows", frame("a", { opcode: 11 }), 1002],
  ["a ping in parts", frame("a", { opcode: 9, isLast: false }), 1002],
  ["a ping that is too long", frame("a".repeat(126), { opcode: 9 }), 1002],
  ["a part of nothing", frame("a", { opcode: 0 }), 1002],
  ["a message within another", Buffer.concat([frame("a", { isLast: false }), frame("b")]), 1002],
  ["half a close code", frame("a", { opcode: 8 }), 1002],
  ["a close code that is reserved", frame(Buffer.from([3, 238]), { opcode: 8 }), 1002],
  ["a message that is too long", frame("a".repeat(mostBytes + 1)), 1009],
  ["a length that is announced alone", frame("", { missing: 2 ** 40 }).subarray(0, 14), 1009],
  [
    "parts that are too long together",
    Buffer.concat([
      frame("a".repeat(40_000), { isLast: false }),
      frame("a".repeat(40_000), { opcode: 0, isLast: false }),
    ]),
    1009,
  ],
])("tells %s by its code, and reads no more", async (_, bytes, code) => {
  const { socket, came } = await open();
  const ended = once(socket, "end");
  socket.write(Buffer.concat([frame("before"), bytes, frame("after")]));
  await ended;
  expect(came()).toEqual(closing(code));
  expect(got).toEqual(["before"]);
  expect(troubles).toBe(1);
  socket.end();
  await closed;
});

describe("an end", () => {
  it("that they ask for is answered in kind, and is no trouble", async () => {
    for (const [asked, told] of [
      [frame(Buffer.from([3, 233]), { opcode: 8 }), 1001],
      [frame("", { opcode: 8 }), 1000],
    ] as const) {
      const { socket, came } = await open();
      const ended = once(socket, "end");
      socket.write(Buffer.concat([asked, frame("after")]));
      await ended;
      expect(came()).toEqual(closing(told));
      socket.end();
      await closed;
    }
    expect([got, troubles]).toEqual([[], 0]);
  });

  it("that we ask for is told to a client of another make", async () => {
    const theirs = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: true });
    await once(theirs, "open");
    const messages: string[] = [];
    theirs.on("message", (data) => messages.push(String(data)));
    for (const text of ["", "é", "b".repeat(126), "c".repeat(70_000)]) ours.send(text);
    ours.close(1008);
    ours.send("after");
    const [code] = await once(theirs, "close");
    expect(code).toBe(1008);
    expect(messages).toEqual(["", "é", "b".repeat(126), "c".repeat(70_000)]);
    await closed;
  });

  it("without a word is noticed", async () => {
    const { socket } = await open();
    socket.end(frame("last").subarray(0, 5));
    await closed;
    expect([got, troubles, ours.isOpen]).toEqual([[], 0, false]);
  });
});

it("drops who asks without end and does not read the answers", async () => {
  const { socket } = await open();
  socket.pause();
  const ping = frame("p".repeat(125), { opcode: 9 });
  for (let sent = 0; ours.isOpen && sent < 500_000; sent += 1)
    if (!socket.write(ping)) await new Promise((resolve) => setImmediate(resolve));
  expect(ours.isOpen).toBe(false);
  expect(ours.bufferedAmount).toBeLessThan(200_000);
}, 30_000);

it("takes no handshake that is none", async () => {
  const good = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": Buffer.alloc(16).toString("base64"),
  };
  for (const wrong of [
    { upgrade: "h2c" },
    { "sec-websocket-version": "8" },
    { "sec-websocket-key": "short" },
  ]) {
    const request = get({ port, host: "127.0.0.1", headers: { ...good, ...wrong } });
    const [response] = await once(request, "response");
    expect(response.statusCode).toBe(400);
    expect(await textOf(response)).toBe("");
  }
});
