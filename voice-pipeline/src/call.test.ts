/** One call, with an ear and a voice that do nothing. */
import { expect, it } from "vitest";
import { runCall } from "./call.ts";
import { readConfig } from "./config.ts";
import type { Entry } from "./journal/journal.ts";
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

it("an end that the journal does not take with its usage is written without", () => {
  const written: Entry[] = [];
  const ends: string[] = [];
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
    journal: {
      append(entry) {
        if (entry.type === "ended" && entry.usage.speech_to_text_seconds > 0) throw new Error("refused");
        written.push(entry);
      },
      soFar() {},
    },
    record() {},
    metrics: new Metrics(),
    parts: {
      home: { directory: "j", root: "j", close: async () => {} },
      mesh: meshThatFails(0).mesh,
      stop: new AbortController().signal,
    },
    connect: () => ({
      hearing: { hear() {}, close() {}, heardSeconds: 1 },
      voice: { say() {}, finish() {}, drop() {}, close() {}, characters: 0 },
    }),
    send() {},
    showWords: async () => false,
    askMaker: async () => ({ ok: true, result: "done" }),
    ended: (reason) => ends.push(reason),
  });
  call.callerGone();
  expect(written.at(-1)).toMatchObject({
    type: "ended",
    end_reason: "caller_hangup",
    usage: { speech_to_text_seconds: 0 },
  });
  expect(ends).toEqual(["caller_hangup"]);
});
