/** A whole call by sound: the pipeline between a telephone's protocol, three providers and a mesh, each on loopback. */
import { once } from "node:events";
import { mkdtempSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { type JournalEntry, journalEntry } from "@callmeback/shared/contract/voice";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import * as z from "zod";
import { createDeepgram } from "../../sandbox/src/deepgram/index.ts";
import { createElevenLabs } from "../../sandbox/src/elevenlabs/index.ts";
import { Faults } from "../../sandbox/src/faults.ts";
import { createLlm } from "../../sandbox/src/llm/index.ts";
import { Recognizer } from "../../sandbox/src/speech/recognizer.ts";
import { speak } from "../../sandbox/src/speech/speak.ts";
import { type ServedProvider, serveProvider } from "../../sandbox/src/testing/serve-provider.ts";
import { startVoice, type VoiceServer } from "./server.ts";

const callId = "0199aa00-0000-7000-8000-000000000001";
const personaId = "0199aa00-0000-7000-8000-000000000002";
const directory = mkdtempSync(join(tmpdir(), "journal-"));
const entries: JournalEntry[] = [];
let hangups = 0;
let onHangup = () => {};
let token: string | null = "good";

const session = {
  call_id: callId,
  call_sid: "CA1",
  persona: {
    id: personaId,
    version: 1,
    name: "Luna",
    voice_id: "21m00Tcm4TlvDq8ikWAM",
    system_prompt: "You are Luna, a cheerful companion.",
    greeting: null,
  },
  scenario: { opening: "How are you?", instructions: "Keep answers short." },
  call_pretext: null,
  person: { name: "Sam", time_zone: "Europe/Berlin" },
  limits: { max_seconds: 120 },
};
const opening = z.object({ stream_token: z.string() });
const delivery = z.object({ entries: z.array(journalEntry) });

const mesh = createServer(async (request, response) => {
  const body: unknown = await json(request);
  const answer = (status: number, content: object) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(content));
  if (request.url?.endsWith("/journal")) {
    entries.push(...delivery.parse(body).entries);
    answer(200, { acknowledged: entries.at(-1)?.seq ?? 0 });
  } else if (request.url?.endsWith("/hangup")) {
    hangups += 1;
    answer(200, { message: "done" });
    onHangup();
  } else if (request.url?.endsWith("/live")) answer(200, { watched: false });
  else if (opening.parse(body).stream_token === token) {
    token = null;
    answer(200, { session });
  } else answer(403, { error: "INVALID_STREAM_TOKEN", message: "no", request_id: "r" });
});

let providers: ServedProvider[] = [];
let voice: VoiceServer;

beforeAll(async () => {
  const faults = new Faults();
  const keys = {
    deepgram: { apiKey: "d" },
    llm: { apiKey: "l" },
    elevenLabs: { apiKey: "e" },
    isRealLatency: false,
  };
  providers = await Promise.all(
    [createDeepgram(keys, faults), createLlm(keys, faults), createElevenLabs(keys, faults)].map(
      serveProvider,
    ),
  );
  const [deepgram, llm, elevenLabs] = providers.map(({ port }) => `127.0.0.1:${port}`);
  mesh.listen(0, "127.0.0.1");
  await once(mesh, "listening");
  const address = mesh.address();
  const port = typeof address === "object" ? address?.port : 0;
  voice = await startVoice({
    port: 0,
    mesh: { url: `http://127.0.0.1:${port}`, nodeKey: "k", node: "n" },
    journalDir: directory,
    deepgram: { url: `ws://${deepgram}`, apiKey: "d", model: "nova-3" },
    llm: { baseUrl: `http://${llm}/v1`, apiKey: "l", model: "sandbox-persona" },
    elevenLabs: { url: `ws://${elevenLabs}`, apiKey: "e" },
  });
});

afterAll(async () => {
  await voice.close();
  for (const provider of providers) await provider.close();
  mesh.close();
});

type Message = { event: string; media?: { payload: string }; mark?: { name: string } };

/** A telephone that plays in real time: what is cleared before its turn is never heard. */
const telephone = async (streamToken: string) => {
  const socket = new WebSocket(`${voice.url.replace("http", "ws")}/stream`);
  const heard: string[] = [];
  const recognizer = new Recognizer();
  const steps: { say: string; over: boolean }[] = [];
  let playing: (Buffer | string)[] = [];
  let talking: Buffer = Buffer.alloc(0);
  let quietFrames = 0;
  let words = 0;
  const closed = once(socket, "close");
  socket.on("message", (data) => {
    const message: Message = JSON.parse(String(data));
    if (message.media) playing.push(Buffer.from(message.media.payload, "base64"));
    else if (message.mark) playing.push(message.mark.name);
    else if (message.event === "clear") {
      for (const mark of playing.filter((each) => typeof each === "string")) echo(mark);
      playing = [];
    }
  });
  const echo = (name: string) =>
    socket.send(JSON.stringify({ event: "mark", sequenceNumber: "1", streamSid: "MZ1", mark: { name } }));
  await once(socket, "open");
  socket.send('{"event":"connected","protocol":"Call","version":"1.0.0"}');
  const customParameters = { call_id: callId, stream_token: streamToken };
  socket.send(
    JSON.stringify({ event: "start", streamSid: "MZ1", start: { callSid: "CA1", customParameters } }),
  );
  const from = performance.now();
  let frames = 0;
  const tick = () => {
    while (typeof playing[0] === "string") echo(String(playing.shift()));
    const frame = playing.shift();
    quietFrames = typeof frame === "object" || talking.length > 0 ? 0 : quietFrames + 1;
    for (const event of recognizer.push(typeof frame === "object" ? frame : Buffer.alloc(160, 0xff)))
      if (event.type === "word") {
        heard.push(event.text);
        words += 1;
      }
    const [step] = steps;
    if (
      step &&
      talking.length === 0 &&
      (step.over ? words >= 4 && quietFrames === 0 : words > 0 && quietFrames > 40)
    ) {
      talking = speak(step.say).audio;
      steps.shift();
      words = 0;
    }
    const sound = Buffer.alloc(160, 0xff);
    talking.copy(sound, 0, 0, 160);
    talking = talking.subarray(160);
    const payload = sound.toString("base64");
    socket.send(JSON.stringify({ event: "media", streamSid: "MZ1", media: { track: "inbound", payload } }));
  };
  const timer = setInterval(() => {
    for (; frames * 20 < performance.now() - from && socket.readyState === WebSocket.OPEN; frames += 1)
      tick();
  }, 10);
  void closed.then(() => clearInterval(timer));
  return { socket, heard, steps, closed };
};

const turnsOf = (speaker: "caller" | "persona") =>
  entries.flatMap((entry) => (entry.type === "turn" && entry.speaker === speaker ? [entry] : []));

describe("a whole call", () => {
  it("is held by sound, with an interruption and a function, and ends after the goodbye was heard", async () => {
    const phone = await telephone("good");
    phone.steps.push(
      { say: "Tell me a story.", over: false },
      { say: "Stop, what time is it?", over: true },
      { say: "Goodbye!", over: false },
    );
    onHangup = () => phone.socket.send('{"event":"stop","streamSid":"MZ1","stop":{"callSid":"CA1"}}');
    await phone.closed;
    await expect.poll(() => entries.at(-1)?.type).toBe("ended");
    await expect.poll(() => readdirSync(directory)).toEqual([]);
    expect(turnsOf("caller").map(({ text }) => text)).toEqual([
      "Tell me a story.",
      "Stop, what time is it?",
      "Goodbye!",
    ]);
    const whole = phone.heard.filter((word) => !word.includes("�"));
    const told = turnsOf("persona").flatMap(({ text }) => text.split(" "));
    expect(whole.join(" ")).toBe(told.join(" "));
    expect(turnsOf("persona").filter(({ interrupted }) => interrupted)).toHaveLength(1);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
    expect(entries.find((entry) => entry.type === "function")).toMatchObject({
      name: "get_current_time",
      ok: true,
    });
    expect(entries.at(-1)).toMatchObject({ end_reason: "persona_goodbye", fault: "none" });
    expect(hangups).toBe(1);
  }, 60_000);

  it("never begins with a token that was used", async () => {
    const count = entries.length;
    const phone = await telephone("good");
    expect((await phone.closed)[0]).toBe(1008);
    expect(entries).toHaveLength(count);
  });
});
