import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Faults } from "../faults.ts";
import { Recognizer } from "../speech/recognizer.ts";
import { type OpenSocket, openSocket } from "../testing/open-socket.ts";
import { type ServedProvider, serveProvider } from "../testing/serve-provider.ts";
import { createElevenLabs } from "./index.ts";

const voice = "21m00Tcm4TlvDq8ikWAM";
const key = { "xi-api-key": "xi-key" };
const faults = new Faults();
let served: ServedProvider;
beforeAll(async () => {
  served = await serveProvider(
    createElevenLabs({ elevenLabs: { apiKey: "xi-key" }, isRealLatency: false }, faults),
  );
});
afterAll(() => served.close());
beforeEach(() => faults.clear("elevenlabs"));

const open = (kind: string, query = "", headers: Record<string, string> = key) =>
  openSocket(
    `${served.url.replace("http", "ws")}/v1/text-to-speech/${voice}/${kind}?output_format=ulaw_8000&model_id=eleven_flash_v2_5${query}`,
    { headers },
  );

const soundOf = (messages: Record<string, unknown>[]): Buffer =>
  Buffer.concat(
    messages.map((message) => Buffer.from(typeof message.audio === "string" ? message.audio : "", "base64")),
  );

const wordsIn = (sound: Buffer): string =>
  new Recognizer()
    .push(Buffer.concat([sound, Buffer.alloc(4000, 0xff)]))
    .flatMap((event) => (event.type === "word" ? [event.text] : []))
    .join(" ");

interface Alignment {
  chars: string[];
  charStartTimesMs: number[];
  charsDurationsMs: number[];
}
const alignmentsOf = (messages: Record<string, unknown>[]): Alignment[] =>
  messages.flatMap((message) => (message.alignment ? [JSON.parse(JSON.stringify(message.alignment))] : []));
const isLast = (message: Record<string, unknown>) => message.isFinal === true;

describe("stream-input", () => {
  const speakWhole = async (socket: OpenSocket, ...texts: string[]) => {
    socket.send({ text: " ", voice_settings: { stability: 0.5, similarity_boost: 0.75 } });
    for (const text of texts) socket.send({ text });
    socket.send({ text: "" });
    await socket.waitFor(isLast);
  };

  it("speaks what it was sent, says that it is final, and closes", async () => {
    const socket = await open("stream-input");
    await speakWhole(socket, "Hello there, ", "this is ", "Luna. ");
    expect(wordsIn(soundOf(socket.messages))).toBe("Hello there, this is Luna.");
    expect((await socket.closed).code).toBe(1000);
  });

  it("aligns every character, counting from the start of each piece, gapless to its sound", async () => {
    const socket = await open("stream-input");
    await speakWhole(socket, "A longer sentence makes several pieces of sound.");
    const pieces = alignmentsOf(socket.messages);
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.flatMap((piece) => piece.chars).join("")).toBe(
      "A longer sentence makes several pieces of sound.",
    );
    socket.messages
      .filter((message) => message.alignment)
      .forEach((message, index) => {
        const piece = pieces[index];
        expect(piece?.charStartTimesMs[0]).toBe(0);
        const lastEnd = (piece?.charStartTimesMs.at(-1) ?? 0) + (piece?.charsDurationsMs.at(-1) ?? 0);
        expect(soundOf([message]).length / 8).toBeCloseTo(lastEnd, 0);
      });
  });

  it("waits for enough text, and speaks what it holds when flushed", async () => {
    const socket = await open("stream-input");
    socket.send({ text: "Not yet. " });
    socket.send({ text: "Now. ", flush: true });
    await socket.waitFor((message) => typeof message.audio === "string");
    socket.send({ text: "" });
    await socket.waitFor(isLast);
    expect(
      alignmentsOf(socket.messages)
        .flatMap((piece) => piece.chars)
        .join(""),
    ).toBe("Not yet. Now. ");
  });

  it("takes the key in the first message instead of a header, and refuses a wrong one", async () => {
    const good = await open("stream-input", "", {});
    good.send({ text: " ", xi_api_key: "xi-key" });
    good.send({ text: "Hi. ", flush: true });
    await good.waitFor((message) => typeof message.audio === "string");
    good.close();
    const bad = await open("stream-input", "", { "xi-api-key": "nope" });
    expect(await bad.waitFor(() => true)).toMatchObject({ error: "invalid_api_key" });
    expect((await bad.closed).code).toBe(1008);
  });

  it.each([
    ["an unknown voice", "nobody", "output_format=ulaw_8000", "voice_not_found"],
    ["another format", voice, "output_format=mp3_44100_128", "invalid_output_format"],
    ["a model that has no socket", voice, "output_format=ulaw_8000&model_id=eleven_v3", "unsupported_model"],
  ])("refuses %s with an error and close 1008", async (_, id, query, error) => {
    const base = served.url.replace("http", "ws");
    const socket = await openSocket(`${base}/v1/text-to-speech/${id}/stream-input?${query}`, {
      headers: key,
    });
    expect(await socket.waitFor(() => true)).toMatchObject({ error });
    expect((await socket.closed).code).toBe(1008);
  });

  it("gives up on a client that says nothing", async () => {
    const socket = await open("stream-input", "&inactivity_timeout=0.05");
    expect(await socket.waitFor(() => true)).toMatchObject({ error: "input_timeout_exceeded" });
    expect((await socket.closed).code).toBe(1008);
  });
});

describe("multi-stream-input", () => {
  const isOf = (contextId: string) => (message: Record<string, unknown>) => message.contextId === contextId;

  it("keeps contexts apart, and closes one without the other", async () => {
    const socket = await open("multi-stream-input");
    for (const context_id of ["one", "two"])
      socket.send({ text: " ", context_id, voice_settings: { stability: 0.5 } });
    socket.send({ text: "First voice. ", context_id: "one", flush: true });
    socket.send({ text: "Second ", context_id: "two" });
    socket.send({ context_id: "one", close_context: true });
    socket.send({ text: "voice. ", context_id: "two" });
    await socket.waitFor((message) => isLast(message) && isOf("one")(message));
    expect(socket.messages.some(isOf("two"))).toBe(false);
    socket.send({ context_id: "two", flush: true });
    await socket.waitFor(isOf("two"));
    expect(wordsIn(soundOf(socket.messages.filter(isOf("one"))))).toBe("First voice.");
    expect(wordsIn(soundOf(socket.messages.filter(isOf("two"))))).toBe("Second voice.");
    socket.send({ close_socket: true });
    expect((await socket.closed).code).toBe(1000);
  });

  it("keeps a context alive by an empty text, and its words stay in order across flushes", async () => {
    const socket = await open("multi-stream-input");
    socket.send({ text: "One. ", context_id: "c", flush: true });
    socket.send({ text: "", context_id: "c" });
    socket.send({ text: "Two. ", context_id: "c", flush: true });
    socket.send({ context_id: "c", close_context: true });
    await socket.waitFor(isLast);
    expect(wordsIn(soundOf(socket.messages))).toBe("One. Two.");
  });

  it("keeps no context alive that is not there", async () => {
    const socket = await open("multi-stream-input");
    socket.send({ text: "", context_id: "none" });
    expect(await socket.waitFor(() => true)).toMatchObject({ error: "invalid_message" });
    expect((await socket.closed).code).toBe(1008);
  });

  it("takes five contexts, not six", async () => {
    const socket = await open("multi-stream-input");
    for (let each = 0; each < 6; each += 1) socket.send({ text: " ", context_id: `c${each}` });
    expect(await socket.waitFor(() => true)).toMatchObject({ error: "max_concurrent_contexts_exceeded" });
    expect((await socket.closed).code).toBe(1008);
  });

  it("refuses voice settings that come after a context has begun", async () => {
    const socket = await open("multi-stream-input");
    socket.send({ text: "Hello ", context_id: "c" });
    socket.send({ text: " ", context_id: "c", voice_settings: { stability: 0.4 } });
    expect((await socket.closed).code).toBe(1008);
  });

  it("says nothing at all while stalled, and breaks off when told to", async () => {
    faults.set("elevenlabs", { dropAfterMs: 60, stall: true });
    const socket = await open("multi-stream-input");
    socket.send({ text: "Hello. ", context_id: "c", flush: true });
    expect((await socket.closed).code).toBe(1006);
    expect(socket.messages).toEqual([]);
  });

  it.each(["final", "nothing"] as const)(
    "makes no sound of a context closed before its first, and says %s of it, when told to",
    async (closeRace) => {
      faults.set("elevenlabs", { firstByteMs: 30, closeRace });
      const socket = await open("multi-stream-input");
      socket.send({ text: "Hello. ", context_id: "early", flush: true });
      socket.send({ context_id: "early", close_context: true });
      socket.send({ text: "Hello. ", context_id: "late", flush: true });
      await socket.waitFor(isOf("late"));
      socket.send({ context_id: "late", close_context: true });
      await socket.waitFor((message) => isLast(message) && isOf("late")(message));
      expect(socket.messages.filter(isOf("early"))).toEqual(
        closeRace === "final" ? [{ isFinal: true, contextId: "early" }] : [],
      );
      expect(wordsIn(soundOf(socket.messages))).toBe("Hello.");
    },
  );

  it("keeps the first byte back as long as a fault says", async () => {
    faults.set("elevenlabs", { firstByteMs: 90 });
    const socket = await open("multi-stream-input");
    const startedAt = performance.now();
    socket.send({ text: "Hello. ", context_id: "c", flush: true });
    await socket.waitFor(isOf("c"));
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(89);
    socket.close();
  });
});

describe("HTTP", () => {
  const post = (path: string, body: object, headers: Record<string, string> = key) =>
    fetch(`${served.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });

  it.each(["", "/stream"])("speaks a whole text in one answer at %s", async (suffix) => {
    const response = await post(`/v1/text-to-speech/${voice}${suffix}?output_format=ulaw_8000`, {
      text: "Good morning.",
    });
    expect(response.status).toBe(200);
    expect(wordsIn(Buffer.from(await response.arrayBuffer()))).toBe("Good morning.");
  });

  it("says what is wrong in ElevenLabs's shapes", async () => {
    const path = `/v1/text-to-speech/${voice}?output_format=ulaw_8000`;
    const wrong = await post(path, { text: "x" }, { "xi-api-key": "nope" });
    expect([wrong.status, await wrong.json()]).toMatchObject([
      401,
      { detail: { status: "invalid_api_key" } },
    ]);
    expect((await post(path, {})).status).toBe(422);
    const nobody = await post("/v1/text-to-speech/nobody?output_format=ulaw_8000", { text: "x" });
    expect([nobody.status, await nobody.json()]).toMatchObject([
      404,
      { detail: { status: "voice_not_found" } },
    ]);
    const voices = await fetch(`${served.url}/v1/voices`, { headers: key });
    expect(Object(await voices.json()).voices[0]).toMatchObject({ voice_id: voice });
  });
});
