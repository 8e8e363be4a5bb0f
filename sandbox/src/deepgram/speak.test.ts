/** Aura on loopback: what a client of `/v1/speak` gets for what it sends. */
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Faults } from "../faults.ts";
import { Recognizer } from "../speech/recognizer.ts";
import { type ServedProvider, serveProvider } from "../testing/serve-provider.ts";
import { createDeepgram } from "./index.ts";

let provider: ServedProvider;
beforeAll(async () => {
  provider = await serveProvider(
    createDeepgram({ deepgram: { apiKey: "k" }, isRealLatency: false }, new Faults()),
  );
});
afterAll(() => provider.close());

const sound = "encoding=mulaw&sample_rate=8000";
const open = async (query = `model=aura-2-thalia-en&${sound}`) => {
  const socket = new WebSocket(`${provider.url.replace("http", "ws")}/v1/speak?${query}`, {
    headers: { authorization: "Token k" },
  });
  const told: { type: string }[] = [];
  const words: string[] = [];
  const recognizer = new Recognizer();
  const hear = (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += 160)
      for (const event of recognizer.push(bytes.subarray(at, at + 160)))
        if (event.type === "word") words.push(event.text);
  };
  socket.on("message", (data, isBinary) => {
    if (isBinary && Buffer.isBuffer(data)) hear(data);
    else told.push(JSON.parse(String(data)));
    // The end of the last word is known by the silence after it.
    if (told.at(-1)?.type === "Flushed") hear(Buffer.alloc(1_600, 0xff));
  });
  await once(socket, "open");
  const closed = once(socket, "close");
  return { send: (body: object) => socket.send(JSON.stringify(body)), told, words, closed };
};

describe("/v1/speak", () => {
  it("speaks what it was given once it is flushed, and says so", async () => {
    const { send, told, words } = await open();
    send({ type: "Speak", text: "Hello " });
    send({ type: "Speak", text: "there." });
    send({ type: "Flush" });
    await expect.poll(() => told.map(({ type }) => type)).toEqual(["Metadata", "Flushed"]);
    expect(words).toEqual(["Hello", "there."]);
  });

  it("forgets what is cleared", async () => {
    const { send, told, words } = await open();
    send({ type: "Speak", text: "Never mind." });
    send({ type: "Clear" });
    send({ type: "Flush" });
    await expect.poll(() => told.map(({ type }) => type)).toEqual(["Metadata", "Cleared", "Flushed"]);
    expect(words).toEqual([]);
  });

  it("takes twenty flushes in a minute, and warns of more", async () => {
    const { send, told } = await open();
    for (let flush = 0; flush < 21; flush += 1) send({ type: "Flush" });
    await expect.poll(() => told.map(({ type }) => type)).toContain("Warning");
    await expect.poll(() => told.filter(({ type }) => type === "Flushed")).toHaveLength(20);
  });

  it("closes when it is told to, and at a message that it does not know", async () => {
    const good = await open();
    good.send({ type: "Close" });
    expect((await good.closed)[0]).toBe(1000);
    const bad = await open();
    bad.send({ type: "Sing" });
    expect((await bad.closed)[0]).toBe(1003);
  });

  it.each([`model=nova-3&${sound}`, "model=aura-2-thalia-en&encoding=linear16&sample_rate=48000"])(
    "refuses %s",
    async (query) => {
      await expect(open(query)).rejects.toThrow("400");
    },
  );
});
