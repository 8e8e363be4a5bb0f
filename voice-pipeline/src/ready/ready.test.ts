/** Calls that were made ready while they rang, at a running server: used, doubled, late, forged, dropped, and taken back. */
import { once } from "node:events";
import { request } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { Conversation } from "../conversation/conversation.ts";
import { journalsIn } from "../journal/journal-world.ts";
import {
  callThatRings,
  type Pipeline,
  startPipeline,
  streamSignature,
  tokenOf,
} from "../testing/pipeline.ts";
import { telephone } from "../testing/telephone.ts";

const idOf = (index: number) => `0199aa00-0000-7000-8000-${String(index).padStart(12, "0")}`;
const stop = '{"event":"stop","streamSid":"MZ1","stop":{"callSid":"CA1"}}';
const hello = "Hello Sam, this is Luna, an AI voice";

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline("nova-3");
});
afterAll(() => pipeline.close());
// A machine that is busy with something else makes a process turn calls away.
beforeEach(() =>
  expect
    .poll(async () => (await fetch(`${pipeline.url}/health/ready`)).status, { timeout: 15_000 })
    .toBe(200),
);
afterEach(() => {
  vi.restoreAllMocks();
  pipeline.seen.beforeOpening = Promise.resolve();
});

const outcome = (what: string) => pipeline.metric(`preparations_total{outcome="${what}"}`);
const entriesOf = (call: string) => pipeline.seen.opened.get(call) ?? [];
const hears = (phone: { heard: string[] }, words: string) =>
  expect.poll(() => phone.heard.join(" "), { timeout: 15_000 }).toContain(words);

/** The mesh does not answer a stream's opening until it is let. */
const holdMesh = (): (() => void) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  pipeline.seen.beforeOpening = promise;
  return resolve;
};

describe("a call that was made ready", () => {
  it("is greeted before the mesh has answered, and its journal begins once it has", async () => {
    const letMesh = holdMesh();
    const used = await outcome("used");
    expect((await pipeline.prepare(callThatRings(idOf(1)))).status).toBe(202);
    expect(await pipeline.metric("prepared_calls")).toBe(1);
    const phone = await telephone(pipeline.streamUrl, idOf(1));
    await hears(phone, hello);
    expect([await pipeline.metric("prepared_calls"), entriesOf(idOf(1))]).toEqual([0, []]);
    letMesh();
    phone.steps.push({ say: "Goodbye!", over: false });
    await expect
      .poll(() => entriesOf(idOf(1)).at(-1), { timeout: 20_000 })
      .toMatchObject({ type: "ended", end_reason: "persona_goodbye" });
    phone.socket.send(stop);
    const entries = entriesOf(idOf(1));
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
    expect(entries.map(({ type }) => type)).toEqual(["opened", "turn", "turn", "turn", "ended"]);
    expect(entries[1]).toMatchObject({ speaker: "persona", text: expect.stringContaining(hello) });
    const said = entries.flatMap((entry) =>
      entry.type === "turn" && entry.speaker === "persona" ? [entry.text] : [],
    );
    expect(phone.heard.join(" ")).toBe(said.join(" "));
    // Nothing was asked of the voice twice.
    const usage = entries.at(-1);
    expect(usage?.type === "ended" && usage.usage.speech_characters).toBeLessThanOrEqual(
      said.join("").length,
    );
    expect(await outcome("used")).toBe(used + 1);
  }, 60_000);

  it("is one however often the mesh tells of it, and none when it tells too late", async () => {
    const both = await Promise.all([1, 2].map(() => pipeline.prepare(callThatRings(idOf(2)))));
    expect(both.map(({ status }) => status)).toEqual([202, 202]);
    expect(await pipeline.metric("prepared_calls")).toBe(1);
    const phone = await telephone(pipeline.streamUrl, idOf(2));
    await hears(phone, hello);
    expect((await pipeline.prepare(callThatRings(idOf(2)))).status).toBe(202);
    expect(await pipeline.metric("prepared_calls")).toBe(0);
    phone.socket.send(stop);
    await phone.closed;
  });

  it("is dropped when the mesh says that nobody answered", async () => {
    await pipeline.prepare(callThatRings(idOf(3)));
    const forget = (key: string) =>
      fetch(`${pipeline.url}/prepare/${idOf(3)}`, {
        method: "DELETE",
        headers: { authorization: `Bearer ${key}` },
      });
    expect((await forget("wrong")).status).toBe(401);
    expect(await pipeline.metric("prepared_calls")).toBe(1);
    expect([(await forget("k")).status, (await forget("k")).status]).toEqual([200, 200]);
    expect([await pipeline.metric("prepared_calls"), await outcome("unanswered")]).toEqual([0, 1]);
  });

  it("is given up when the mesh refuses the token: nothing is written down, and no other stream is hung up on", async () => {
    const first = await telephone(pipeline.streamUrl, idOf(4));
    await hears(first, hello);
    // The first stream is over here; for the mesh its token stays used.
    first.socket.send(stop);
    await expect.poll(() => entriesOf(idOf(4)).at(-1)?.type).toBe("ended");
    await expect.poll(() => pipeline.metric("calls")).toBe(0);
    const [before, { hangups }] = [entriesOf(idOf(4)).length, pipeline.seen];
    const letMesh = holdMesh();
    await pipeline.prepare(callThatRings(idOf(4)));
    const second = await telephone(pipeline.streamUrl, idOf(4));
    await hears(second, hello);
    letMesh();
    expect((await second.closed)[0]).toBe(1008);
    await expect.poll(() => pipeline.metric("calls")).toBe(0);
    expect([entriesOf(idOf(4)).length, pipeline.seen.hangups]).toEqual([before, hangups]);
    expect(journalsIn(pipeline.directory)).toEqual([]);
  }, 30_000);

  it("ends as the caller's hang-up when they leave before the mesh has answered", async () => {
    const letMesh = holdMesh();
    await pipeline.prepare(callThatRings(idOf(5)));
    const phone = await telephone(pipeline.streamUrl, idOf(5));
    await hears(phone, "Hello");
    phone.socket.send(stop);
    await phone.closed;
    letMesh();
    await expect
      .poll(() => entriesOf(idOf(5)).at(-1), { timeout: 10_000 })
      .toMatchObject({ type: "ended", end_reason: "caller_hangup", fault: "none" });
    expect(entriesOf(idOf(5))[0]?.type).toBe("opened");
    await expect.poll(() => journalsIn(pipeline.directory)).toEqual([]);
  }, 30_000);

  it("throws its sound away when the conversation says other words first", async () => {
    await pipeline.prepare(callThatRings(idOf(6)));
    const original = Conversation.prototype.handle;
    vi.spyOn(Conversation.prototype, "handle").mockImplementation(function (this: Conversation, event) {
      const actions = original.call(this, event);
      return event.type !== "started"
        ? actions
        : actions.map((action) =>
            action.type === "say" ? { ...action, text: "Good morning, dear." } : action,
          );
    });
    const phone = await telephone(pipeline.streamUrl, idOf(6));
    await hears(phone, "dear.");
    expect(phone.heard.join(" ")).toBe("Good morning, dear.");
    phone.socket.send(stop);
    await phone.closed;
  }, 30_000);
});

/** A stream's close code, once it has shown this token. */
const closeOf = async (call: string, stream_token: string, callSid = "CA1", signature = streamSignature) => {
  const socket = new WebSocket(pipeline.streamUrl, { headers: { "x-twilio-signature": signature } });
  await once(socket, "open");
  const start = { callSid, customParameters: { call_id: call, stream_token } };
  socket.send(JSON.stringify({ event: "start", streamSid: "MZ1", start }));
  return (await once(socket, "close"))[0];
};

describe("a stream that is not the one which a call was made ready for", () => {
  it.each([
    { what: "shows another call's token", call: 11, token: 12 },
    { what: "is of another of Twilio's calls", call: 12, callSid: "CA2" },
    { what: "is unsigned", call: 13, signature: "" },
    { what: "is wrongly signed", call: 14, signature: "signed by somebody" },
  ])(
    "opens nothing when it $what, and takes nothing from the right one",
    async (wrong) => {
      const call = idOf(wrong.call);
      await pipeline.prepare(callThatRings(call));
      const token = tokenOf(idOf(wrong.token ?? wrong.call));
      expect(await closeOf(call, token, wrong.callSid, wrong.signature)).toBe(1008);
      expect(pipeline.seen.opened.has(call)).toBe(false);
      const why = wrong.signature === undefined ? "token" : "signature";
      expect(await pipeline.metric(`refused_streams_total{why="${why}"}`)).toBeGreaterThan(0);
      // It is greeted before the mesh has answered: what was made ready was still there.
      const letMesh = holdMesh();
      const phone = await telephone(pipeline.streamUrl, call);
      await hears(phone, "Hello");
      phone.socket.send(stop);
      await phone.closed;
      letMesh();
      await expect.poll(() => entriesOf(call).at(-1)?.type).toBe("ended");
    },
    30_000,
  );
});

it("lets nobody in without the key, and tells what is wrong with a call that it cannot read", async () => {
  expect((await pipeline.prepare(callThatRings(idOf(9)), "wrong")).status).toBe(401);
  const { session, ...rest } = callThatRings(idOf(9));
  const unread = await pipeline.prepare({ ...rest, stream_token_hash: "short", session });
  expect([unread.status, Object(await unread.json()).message]).toEqual([
    400,
    expect.stringContaining("stream_token_hash"),
  ]);
  const large = { ...session, persona: { ...session.persona, system_prompt: "x".repeat(600_000) } };
  expect((await pipeline.prepare({ ...rest, session: large })).status).toBe(413);
  expect((await fetch(`${pipeline.url}/prepare`, { headers: { authorization: "Bearer k" } })).status).toBe(
    405,
  );
  expect(await pipeline.metric("prepared_calls")).toBe(0);
});

it("a call whose first voice is refused while it rings is greeted by the second", async () => {
  const refused = await startPipeline("nova-3", { isVoiceRefused: true });
  await refused.prepare();
  const phone = await telephone(refused.streamUrl);
  await hears(phone, hello);
  phone.socket.send(stop);
  await expect.poll(() => refused.seen.entries.at(-1)?.type).toBe("ended");
  const faults = refused.seen.entries.filter(({ type }) => type === "fault");
  expect([refused.seen.entries[0]?.type, faults.length > 0]).toEqual(["opened", true]);
  expect(await refused.metric('preparations_total{outcome="used"}')).toBe(1);
  await refused.close();
}, 30_000);

it("a call for which nobody could hear while it rang goes the usual way once somebody can", async () => {
  const failing = await startPipeline("nova-3");
  failing.faults.set("deepgram", { dropAfterMs: 1 });
  await failing.prepare();
  await expect
    .poll(() => failing.metric('preparations_total{outcome="failed"}'), { timeout: 15_000 })
    .toBe(1);
  failing.faults.clear("deepgram");
  const phone = await telephone(failing.streamUrl);
  await hears(phone, hello);
  phone.socket.send(stop);
  await expect.poll(() => failing.seen.entries.at(-1)?.type).toBe("ended");
  expect(failing.seen.entries.filter(({ type }) => type === "fault")).toEqual([]);
  await failing.close();
}, 30_000);

it("a process that drains drops what it made ready, and makes nothing ready any more", async () => {
  const draining = await startPipeline("nova-3");
  const running = await telephone(draining.streamUrl);
  await hears(running, "Hello");
  await draining.prepare(callThatRings(idOf(1)));
  const late = request(`${draining.url}/prepare`, {
    method: "POST",
    headers: { authorization: "Bearer k", expect: "100-continue" },
  });
  const answered = new Promise<number | undefined>((resolve) => {
    late.on("response", (response) => resolve(response.resume().statusCode));
  });
  late.flushHeaders();
  // The process has this request in hand, and only waits for its body.
  await new Promise((resolve) => late.on("continue", resolve));
  const drained = draining.drain();
  late.end(JSON.stringify(callThatRings(idOf(2))));
  expect(await answered).toBe(503);
  running.socket.send(stop);
  await drained;
  await draining.close();
});
