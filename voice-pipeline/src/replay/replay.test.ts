/** A call that was held by sound decides again what it decided then; and what decides otherwise is shown. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { callId, startPipeline } from "../testing/pipeline.ts";
import { telephone } from "../testing/telephone.ts";
import { cutLine, headLine, readCallRecord } from "./call-record.ts";
import { accepted, replay } from "./replay.ts";

const folder = new URL("./recorded/", import.meta.url);
const recorded = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
const contentOf = (name: string): string => readFileSync(new URL(name, folder), "utf8");

describe("a recorded call", () => {
  it.each(recorded)("decides as it did: %s (if it is meant to change: pnpm replay --accept)", (name) => {
    expect(replay(readCallRecord(contentOf(name)))).toEqual([]);
  });
});

it("is handed in when it is over, leaves nothing on disk, and runs again to the same decisions", async () => {
  const pipeline = await startPipeline("flux-general-en");
  const phone = await telephone(pipeline.streamUrl);
  phone.steps.push(
    { say: "I would like to – hear a story.", over: false },
    { say: "Stop, what time is it?", over: true },
    { say: "Goodbye!", over: false },
  );
  pipeline.seen.onHangup = () =>
    phone.socket.send('{"event":"stop","streamSid":"MZ1","stop":{"callSid":"CA1"}}');
  await phone.closed;
  await expect.poll(() => pipeline.seen.records.size, { timeout: 10_000 }).toBe(1);
  await pipeline.close();
  expect(readdirSync(pipeline.directory)).toEqual([]);
  const record = readCallRecord(pipeline.seen.records.get(callId) ?? "");
  expect(record.isCut).toBe(false);
  const types = new Set(record.steps.map(({ event }) => event.type));
  for (const type of [
    "started",
    "tick",
    "frame-sent",
    "words",
    "turn-ended",
    "token",
    "held",
    "function-done",
  ])
    expect(types).toContain(type);
  expect(record.steps.at(-1)?.did.at(-1)).toContain("persona_goodbye");
  expect(replay(record)).toEqual([]);
}, 90_000);

it("is written without the key of its recording and the model's prompt, and asks to record all the same", () => {
  const { session } = readCallRecord(contentOf(first));
  const persona = { ...session.persona, system_prompt: "a secret of the persona" };
  const line = headLine({ ...session, persona, recording: { key: "a secret" } }, 0);
  expect(line).not.toContain("a secret");
  expect(readCallRecord(line).session.recording).not.toBeNull();
});

const [first = ""] = recorded;

it("shows the first decision that is another, and when", () => {
  const record = readCallRecord(contentOf(first));
  const index = record.steps.findIndex(({ did }) => did.some((each) => each.includes('"hold"')));
  const step = record.steps[index];
  if (step === undefined) throw new Error("Nobody was interrupted in the first recorded call.");
  step.did = [];
  const [change, ...more] = replay(record);
  expect(more).toEqual([]);
  expect(change).toMatchObject({ atMs: step.event.at - record.base, was: [], event: { type: "sound" } });
  expect(change?.is[0]).toContain('"hold"');
});

it("accepts what the core decides now, and changes nothing that it was told", () => {
  const content = contentOf(first);
  const record = readCallRecord(content);
  for (const step of record.steps) step.did = [];
  expect(replay(record)).not.toEqual([]);
  expect(readCallRecord(accepted(record))).toEqual(readCallRecord(content));
});

it("leaves out the last event of a record without an end, whose decisions may not have been written any more", () => {
  const lines = contentOf(first).split("\n");
  const upTo = lines.findIndex((line) => line.startsWith('{"did":[{"type":"think"'));
  for (const end of ["", `{"ha\n${cutLine}\n`]) {
    const record = readCallRecord(`${lines.slice(0, upTo).join("\n")}\n${end}`);
    expect(record.isCut).toBe(end !== "");
    expect(record.steps.length).toBeGreaterThan(10);
    expect(replay(record)).toEqual([]);
  }
});

it("reads a record up to a line that was cut off, and none that is damaged within", () => {
  const content = contentOf(first);
  const whole = readCallRecord(content);
  const cut = readCallRecord(content.slice(0, -9));
  expect(cut.steps.length).toBeGreaterThan(whole.steps.length - 3);
  const lines = content.split("\n");
  lines[5] = "{";
  expect(() => readCallRecord(lines.join("\n"))).toThrow("Line 6 is no line");
});
