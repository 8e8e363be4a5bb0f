/** Streams that are not as they should be, at a running server: strangers, lost lines, our own bugs, too much to do. */
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { Conversation } from "./conversation/conversation.ts";
import { Journal } from "./journal/journal.ts";
import { journalsIn } from "./journal/journal-world.ts";
import { Bucket } from "./telephony/bucket.ts";
import { callThatRings, type Pipeline, startPipeline, streamSignature, tokenOf } from "./testing/pipeline.ts";
import { telephone } from "./testing/telephone.ts";

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline("nova-3");
});
afterAll(() => pipeline.close());
afterEach(() => {
  vi.restoreAllMocks();
});

const idOf = (index: number) => `0199aa00-0000-7000-8000-${String(index).padStart(12, "0")}`;
const endOf = (call: string) => pipeline.seen.opened.get(call)?.at(-1);
const stop = '{"event":"stop","streamSid":"MZ1","stop":{"callSid":"CA1"}}';

const metric = (line: string) => pipeline.metric(line);

it.each([
  ["no parameters", {}],
  ["a wrong token", { call_id: idOf(1), stream_token: "wrong" }],
  ["another call's token", { call_id: idOf(1), stream_token: tokenOf(idOf(2)) }],
  ["a call that is no id", { call_id: "1", stream_token: tokenOf("1") }],
])("opens nothing for %s", async (_, customParameters) => {
  const socket = new WebSocket(pipeline.streamUrl, { headers: { "x-twilio-signature": streamSignature } });
  await once(socket, "open");
  socket.send(
    JSON.stringify({ event: "start", streamSid: "MZ1", start: { callSid: "CA1", customParameters } }),
  );
  expect((await once(socket, "close"))[0]).toBe(1008);
  expect(pipeline.seen.opened.size).toBe(0);
});

it.each([
  ["unsigned", ""],
  ["wrongly signed", "signed by somebody"],
])("begins nothing for a stream that is %s, and tells the mesh nothing of it", async (what, signature) => {
  const call = idOf(what === "unsigned" ? 20 : 21);
  const before = await metric('refused_streams_total{why="signature"}');
  const { hangups } = pipeline.seen;
  const phone = await telephone(pipeline.streamUrl, call, signature);
  expect((await phone.closed)[0]).toBe(1008);
  expect(phone.noted.firstSoundAt).toBeNull();
  expect(await metric('refused_streams_total{why="signature"}')).toBe(before + 1);
  expect([pipeline.seen.opened.get(call), pipeline.seen.hangups]).toEqual([[], hangups]);
});

it("opens nothing for a token that was used, while the call that used it goes on", async () => {
  const first = await telephone(pipeline.streamUrl, idOf(3));
  await expect.poll(() => first.heard.length, { timeout: 10_000 }).toBeGreaterThan(0);
  const second = await telephone(pipeline.streamUrl, idOf(3));
  expect((await second.closed)[0]).toBe(1008);
  const before = first.heard.length;
  await expect.poll(() => first.heard.length, { timeout: 10_000 }).toBeGreaterThan(before);
  first.socket.send(stop);
  await expect.poll(() => endOf(idOf(3))).toMatchObject({ end_reason: "caller_hangup", fault: "none" });
});

it("blames the carrier for a line that is lost without a stop, and keeps what was heard until then", async () => {
  const phone = await telephone(pipeline.streamUrl, idOf(4));
  await expect.poll(() => phone.heard.length, { timeout: 10_000 }).toBeGreaterThan(3);
  phone.socket.terminate();
  await expect.poll(() => endOf(idOf(4))).toMatchObject({ end_reason: "carrier_error", fault: "carrier" });
  const turn = pipeline.seen.opened.get(idOf(4))?.at(-2);
  expect(turn).toMatchObject({ type: "turn", speaker: "persona", interrupted: true });
});

it("ends a call that our own bug broke, as ours, and no other call hears of it", async () => {
  const original = Conversation.prototype.handle;
  vi.spyOn(Conversation.prototype, "handle").mockImplementation(function (this: Conversation, event) {
    if (event.type === "digit" && event.digit === "#") throw new TypeError("a bug");
    return original.call(this, event);
  });
  const hangups = pipeline.seen.hangups;
  const [broken, sound] = await Promise.all(
    [5, 6].map((index) => telephone(pipeline.streamUrl, idOf(index))),
  );
  await expect.poll(() => sound?.heard.length, { timeout: 10_000 }).toBeGreaterThan(2);
  broken?.socket.send('{"event":"dtmf","streamSid":"MZ1","dtmf":{"track":"inbound_track","digit":"#"}}');
  await expect.poll(() => endOf(idOf(5))).toMatchObject({ end_reason: "internal_error", fault: "us" });
  await expect.poll(() => pipeline.seen.hangups).toBe(hangups + 1);
  sound?.steps.push({ say: "Goodbye!", over: false });
  await expect
    .poll(() => endOf(idOf(6)), { timeout: 20_000 })
    .toMatchObject({ end_reason: "persona_goodbye", fault: "none" });
  for (const phone of [broken, sound]) phone?.socket.send(stop);
  await expect.poll(() => metric("calls"), { timeout: 10_000 }).toBe(0);
  expect(await metric("calls_broken_total")).toBe(1);
  expect(await metric('calls_ended_total{reason="internal_error"}')).toBe(1);
  expect(await metric('calls_ended_by_fault_total{fault="us"}')).toBe(1);
  await expect.poll(() => journalsIn(pipeline.directory)).toEqual([]);
}, 60_000);

it("says goodbye to whoever is silent for the whole call, and to whoever is nothing but noise", async () => {
  const [silent, noisy] = await Promise.all(
    [9, 10].map((index) => telephone(pipeline.streamUrl, idOf(index))),
  );
  noisy?.steps.push({ noiseMs: 110_000, over: true });
  for (const index of [9, 10])
    await expect
      .poll(() => endOf(idOf(index)), { timeout: 90_000 })
      .toMatchObject({ end_reason: "silence", fault: "none" });
  for (const phone of [silent, noisy]) phone?.socket.send(stop);
  for (const index of [9, 10]) {
    const turns = (pipeline.seen.opened.get(idOf(index)) ?? []).flatMap((entry) =>
      entry.type === "turn" ? [entry] : [],
    );
    expect(turns.map(({ speaker }) => speaker)).toEqual(["persona", "persona", "persona"]);
    expect(turns[1]?.text).toContain("still there");
  }
}, 120_000);

it("hangs up on a call whose journal cannot be written, and goes on with the others", async () => {
  const original = Journal.prototype.append;
  let full: Journal | null = null;
  vi.spyOn(Journal.prototype, "append").mockImplementation(function (this: Journal, ...entry) {
    if (entry[0].type === "turn") full ??= this;
    if (this === full) throw new Error("ENOSPC: no space left on device");
    original.apply(this, entry);
  });
  const { hangups } = pipeline.seen;
  const phones = await Promise.all([11, 12].map((index) => telephone(pipeline.streamUrl, idOf(index))));
  await expect.poll(() => pipeline.seen.hangups, { timeout: 20_000 }).toBe(hangups + 1);
  const turnsOf = (index: number) =>
    (pipeline.seen.opened.get(idOf(index)) ?? []).filter(({ type }) => type === "turn");
  const whole = () => [11, 12].filter((index) => turnsOf(index).length > 0);
  await expect.poll(whole, { timeout: 20_000 }).toHaveLength(1);
  for (const phone of phones) phone.socket.send(stop);
  await expect.poll(() => metric("calls"), { timeout: 20_000 }).toBe(0);
  expect(whole().map((index) => endOf(idOf(index)))).toMatchObject([{ fault: "none" }]);
}, 90_000);

it("ends a stream whose message we could not read by a bug, as ours", async () => {
  const phone = await telephone(pipeline.streamUrl, idOf(8));
  await expect.poll(() => phone.heard.length, { timeout: 10_000 }).toBeGreaterThan(0);
  vi.spyOn(Bucket.prototype, "take").mockImplementationOnce(() => {
    throw new TypeError("a bug");
  });
  await expect.poll(() => endOf(idOf(8))).toMatchObject({ end_reason: "internal_error", fault: "us" });
  phone.socket.send(stop);
  await phone.closed;
});

it("turns new streams away while its timers are late, says so, keeps the call that runs, and recovers", async () => {
  const running = await telephone(pipeline.streamUrl, idOf(7));
  const spin = setInterval(() => {
    for (const until = performance.now() + 60; performance.now() < until; );
  }, 1);
  const ready = async () => {
    const response = await fetch(`${pipeline.url}/health/ready`);
    return [response.status, Object(await response.json()).status];
  };
  await expect.poll(ready, { timeout: 30_000 }).toEqual([503, "overloaded"]);
  const late = new WebSocket(pipeline.streamUrl);
  const [, response] = await once(late, "unexpected-response");
  expect(response.statusCode).toBe(503);
  expect((await pipeline.prepare(callThatRings(idOf(13)))).status).toBe(503);
  clearInterval(spin);
  expect(await metric('refused_streams_total{why="overloaded"}')).toBe(1);
  await expect.poll(ready, { timeout: 30_000 }).toEqual([200, "ok"]);
  expect(running.socket.readyState).toBe(WebSocket.OPEN);
  running.socket.send(stop);
  await expect.poll(() => endOf(idOf(7)), { timeout: 10_000 }).toMatchObject({ fault: "none" });
}, 90_000);
