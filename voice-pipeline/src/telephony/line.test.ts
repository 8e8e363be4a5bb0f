/** What comes over a real WebSocket that Twilio would never send, or not so. The clock is the test's. */
import { once } from "node:events";
import { createServer } from "node:http";
import { afterEach, beforeEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Line, type LineTrouble } from "./line.ts";
import { StreamSocket } from "./stream-socket.ts";
import { servedEveryMs } from "./ticker.ts";

const server = createServer();
server.listen(0, "127.0.0.1");
let now = 0;
let passed: string[];
let troubles: LineTrouble[];
let line: Line;
let socket: StreamSocket;
let closed: Promise<void>;
let twilio: WebSocket;

beforeEach(async () => {
  [now, passed, troubles] = [0, [], []];
  const address = server.address();
  const asked = once(server, "upgrade");
  twilio = new WebSocket(`ws://127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
  const [request, raw, head] = await asked;
  const accepted = StreamSocket.accept(request, raw, head, 64 * 1024);
  if (accepted === null) throw new Error("It is no WebSocket.");
  socket = accepted;
  closed = new Promise((resolve) => {
    socket.onClose = resolve;
  });
  const events = {
    inScope: (work: () => void) => work(),
    start: () => passed.push("start"),
    sound: (sound: Buffer) => passed.push(`sound ${sound.length}`),
    digit: (digit: string) => passed.push(digit),
    mark: (name: string) => passed.push(`mark ${name}`),
    stop: () => passed.push("stop"),
    trouble: (what: LineTrouble) => troubles.push(what),
  };
  line = new Line(socket, events, () => now);
  if (twilio.readyState !== WebSocket.OPEN) await once(twilio, "open");
});
afterEach(() => twilio.terminate());

const start = {
  event: "start",
  streamSid: "MZ1",
  start: { callSid: "CA1", customParameters: {} },
};
const media = (chunk: number, bytes = 160, streamSid = "MZ1") => ({
  event: "media",
  streamSid,
  media: { track: "inbound", chunk: `${chunk}`, payload: Buffer.alloc(bytes, 0xff).toString("base64") },
});
const markOf = (name: string) => ({ event: "mark", streamSid: "MZ1", mark: { name } });
let sends = 0;

/** Sends all, and a mark after them whose coming says that all was read. */
const send = async (...messages: (object | string | Buffer)[]) => {
  sends += 1;
  for (const each of [...messages, markOf(`${sends}`)])
    twilio.send(typeof each === "string" || Buffer.isBuffer(each) ? each : JSON.stringify(each), {
      binary: Buffer.isBuffer(each),
    });
  await expect.poll(() => passed, { interval: 1 }).toContain(`mark ${sends}`);
};
const soundsAndDigits = () => passed.filter((each) => !each.startsWith("mark") && each !== "start");

it("hears nothing before the start, and of a second start nothing", async () => {
  twilio.send(JSON.stringify(media(1)));
  await expect.poll(() => troubles).toEqual(["unexpected"]);
  await send('{"event":"connected"}', start, start);
  expect(passed).toEqual(["start", `mark ${sends}`]);
  expect(troubles).toEqual(["unexpected", "unexpected"]);
});

it("leaves out what is doubled, late, of another stream or cut in half, and goes on", async () => {
  await send(start, media(1), media(1), media(3), media(2), media(4, 160, "MZ2"));
  await send(JSON.stringify(media(5)).slice(0, 90), '{"event":"media"', "{}", "", "null", "[1]");
  await send(media(9_999_999), media(6, 20_000), media(6, 0), Buffer.from("x"), media(6));
  expect(troubles).toHaveLength(13);
  expect(soundsAndDigits()).toEqual(Array(3).fill("sound 160"));
  expect(troubles.slice(0, 3)).toEqual(["doubled", "doubled", "foreign"]);
});

it("takes ten digits a second for as long as they come, and no faster than fingers are", async () => {
  await send(start);
  const digit = JSON.stringify({ event: "dtmf", streamSid: "MZ1", dtmf: { digit: "5" } });
  for (let count = 0; count < 300; count += 1) {
    now += 100;
    await send(digit);
  }
  expect(soundsAndDigits()).toHaveLength(300);
  now += 1_000;
  await send(...Array.from({ length: 100 }, () => digit));
  expect(troubles).toHaveLength(70);
});

it("takes what a stalled network held back, but no more sound than time has passed", async () => {
  now = 10_000;
  await send(start, ...Array.from({ length: 700 }, (_, index) => media(index + 1)));
  expect(troubles).toHaveLength(200);
  expect(soundsAndDigits()).toHaveLength(500);
});

it("drops a line that floods", async () => {
  twilio.send(JSON.stringify(start));
  const closed = once(twilio, "close");
  for (let count = 0; count < 3_000; count += 1) twilio.send(JSON.stringify(markOf("again")));
  await closed;
  expect(troubles.filter((each) => each === "flood")).toHaveLength(1);
  expect(passed.length).toBeLessThanOrEqual(2_000);
});

it("hears nothing after the stop", async () => {
  await send(start);
  twilio.send('{"event":"stop","streamSid":"MZ1","stop":{"callSid":"CA1"}}');
  twilio.send(JSON.stringify(media(1)));
  twilio.close();
  await closed;
  expect(passed).toEqual(["start", `mark ${sends}`, "stop"]);
});

it("drops a line whose far end does not read, with little left in memory", async () => {
  await send(start);
  twilio.pause();
  const frame = JSON.stringify(media(1));
  let most = 0;
  for (let count = 0; socket.isOpen; count += 1) {
    line.send(frame);
    most = Math.max(most, socket.bufferedAmount);
    if (count % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await closed;
  expect(troubles).toEqual(["stalled"]);
  expect(most).toBeLessThan(200_000);
});

it("drops a line that is silent for ten seconds of the process's own ticks", async () => {
  await send(start);
  const ticks = Math.floor(10_000 / servedEveryMs);
  for (let count = 0; count < ticks; count += 1) line.tick();
  await send(media(1));
  for (let count = 0; count < ticks; count += 1) line.tick();
  expect(troubles).toEqual([]);
  line.tick();
  await closed;
  expect(troubles).toEqual(["dead"]);
});
