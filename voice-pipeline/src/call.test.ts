/** One call, with an ear and a voice that do nothing. */
import { setImmediate as loopTurns } from "node:timers/promises";
import { expect, it } from "vitest";
import { type CallSetup, runCall } from "./call.ts";
import { readConfig } from "./config.ts";
import type { EarAndVoiceEvents } from "./ear-and-voice.ts";
import type { Entry, Journal } from "./journal/journal.ts";
import { meshThatFails } from "./journal/journal-world.ts";
import { Metrics } from "./metrics.ts";

const nowhere = "127.0.0.1:9";
const config = readConfig({
  PUBLIC_URL: `http://${nowhere}`,
  VOICE_NODE_KEY: "n",
  JOURNAL_DIR: "j",
  DEEPGRAM_URL: `ws://${nowhere}`,
  DEEPGRAM_API_KEY: "d",
  LLM_BASE_URL: `http://${nowhere}`,
  LLM_API_KEY: "l",
  ELEVENLABS_URL: `ws://${nowhere}`,
  ELEVENLABS_API_KEY: "e",
});
const id = "0199aa00-0000-7000-8000-000000000001";
const persona = {
  id,
  version: 1,
  name: "Luna",
  voice_id: "v",
  system_prompt: "Be kind.",
  greeting: null,
  silence_seconds: 8,
  leaves_machines: true,
  functions: [],
};

/** `append` is what the journal does with an entry, `soFar` with a turn that goes on. */
const start = ({
  append,
  soFar = () => {},
  ...parts
}: Partial<CallSetup> & { append(entry: Entry): void; soFar?: Journal["soFar"] }) => {
  const ends: string[] = [];
  let tell: EarAndVoiceEvents | undefined;
  const call = runCall({
    config,
    session: {
      call_id: id,
      call_sid: "CA1",
      request_id: "r",
      persona,
      scenario: null,
      call_pretext: null,
      person: { name: "Sam", time_zone: "Europe/Berlin" },
      limits: { max_seconds: 60 },
      recording: null,
    },
    streamSid: "MZ1",
    journal: { append, soFar },
    record() {},
    metrics: new Metrics(),
    parts: {
      home: { directory: "j", root: "j", close: async () => {} },
      mesh: meshThatFails(0).mesh,
      stop: new AbortController().signal,
    },
    connect: (on) => {
      tell = on;
      return {
        hearing: { hear() {}, close() {}, heardSeconds: 1 },
        voice: { say() {}, finish() {}, drop() {}, close() {}, characters: 0 },
      };
    },
    send() {},
    showWords: async () => false,
    askMaker: async () => ({ ok: true, result: "done" }),
    ended: (reason) => ends.push(reason),
    ...parts,
  });
  if (tell === undefined) throw new Error("It was not connected.");
  return { call, ends, tell };
};

/** What it opens with is said and heard. */
const opened = (parts: Parameters<typeof start>[0]) => {
  const sent: string[] = [];
  const started = start({ ...parts, send: (text) => sent.push(text) });
  const { call, tell } = started;
  tell.audio(1, Buffer.alloc(160, 0xff), null);
  tell.complete(1);
  call.tick();
  call.marked(JSON.parse(sent.at(-1) ?? "").mark.name);
  return started;
};

it("an end that the journal does not take with its usage is written without", () => {
  const written: Entry[] = [];
  const { call, ends } = start({
    append(entry) {
      if (entry.type === "ended" && entry.usage.speech_to_text_seconds > 0) throw new Error("refused");
      written.push(entry);
    },
  });
  call.callerGone();
  expect(written.at(-1)).toMatchObject({
    type: "ended",
    end_reason: "caller_hangup",
    usage: { speech_to_text_seconds: 0 },
  });
  expect(ends).toEqual(["caller_hangup"]);
});

it("asks the model before it writes down what the caller said", async () => {
  const order: string[] = [];
  const llm = {
    ...config.llm,
    get baseUrl() {
      order.push("asked");
      return config.llm.baseUrl;
    },
  };
  const { call, tell } = opened({
    config: { ...config, llm },
    append: (entry) => order.push(entry.type === "turn" ? `written: ${entry.speaker}` : entry.type),
  });
  order.length = 0;
  tell.heard({ type: "turn-ended", text: "How are you today?", startedAgoMs: 900, endpointingMs: 300 });
  await loopTurns();
  expect(order.slice(0, 2)).toEqual(["asked", "written: caller"]);
  call.end("internal_error", "us");
});

it("ends a call whose voice completes an utterance without a sound: it would wait for its end for ever", () => {
  const { ends, tell } = start({ append: () => {} });
  tell.complete(1);
  expect(ends).toEqual(["provider_error"]);
});

it("writes down a turn before its end, though the caller hangs up in the same moment", async () => {
  const written: string[] = [];
  const { call, tell } = opened({
    append: (entry) => written.push(entry.type === "turn" ? `${entry.speaker}: ${entry.text}` : entry.type),
  });
  written.length = 0;
  tell.heard({ type: "turn-ended", text: "How are you today?", startedAgoMs: 900, endpointingMs: 300 });
  await call.callerGone();
  expect(written).toEqual(["caller: How are you today?", "ended"]);
});

it("keeps in its journal what the caller says as the conversation takes it: no echo, and what an awaited turn goes on with", async () => {
  const kept: string[] = [];
  const { call, tell } = opened({
    append: (entry) => {
      if (entry.type === "turn") kept.push(`${entry.speaker}: ${entry.text}`);
    },
    soFar: (speaker, text) => {
      if (speaker === "caller") kept.push(text);
    },
  });
  kept.length = 0;
  tell.heard({ type: "words", text: "an AI voice from CallMeBack" });
  const said = { startedAgoMs: 900, endpointingMs: 300 };
  tell.heard({ type: "turn-ended", text: "My number is four one five and", ...said });
  tell.heard({ type: "words", text: "two six seven one" });
  tell.heard({ type: "turn-ended", text: "two six seven one, thank you.", ...said });
  await loopTurns();
  expect(kept).toEqual([
    "",
    "My number is four one five and",
    "My number is four one five and two six seven one",
    "caller: My number is four one five and two six seven one, thank you.",
    "",
  ]);
  call.end("internal_error", "us");
});
