// A whole call that is recorded, through the whole house: asked by sound, agreed to by sound, and the file that is fetched
// afterwards is understood by the same ears, side by side.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Stack } from "../infra/stack/start-stack.ts";
import { addPersonaMaker, type PersonaMaker } from "./fixtures/persona-maker.ts";
import { startTestStack } from "./fixtures/test-stack.ts";
import { channelsOf, wordsIn } from "./fixtures/wav-channels.ts";

let stack: Stack;
let maker: PersonaMaker;

beforeAll(async () => {
  stack = await startTestStack({ RATE_LIMIT_SCALE: "100" });
  maker = await addPersonaMaker(stack, { greeting: "What shall we talk about?", recording: true });
  expect(maker.persona.recording).toBe(true);
}, 120_000);
afterAll(() => stack.stop());

/** Runs the call again as its person; answers the record, and what was said of it. */
async function replayed(id: string): Promise<{ record: string; told: string }> {
  const file = join(mkdtempSync(join(tmpdir(), "replay-")), "call.jsonl");
  const env = {
    ...process.env,
    PUBLIC_URL: stack.gatewayUrl,
    REPLAY_EMAIL: maker.email,
    REPLAY_PASSWORD: maker.password,
  };
  const program = "voice-pipeline/src/replay/main.ts";
  const { stdout } = await promisify(execFile)(process.execPath, [program, "--save", file, id], { env });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  return { record: readFileSync(file, "utf8"), told: stdout };
}
const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N} ]/gu, "");
const textOf = (words: { text: string }[]): string => plain(words.map(({ text }) => text).join(" "));

test("a call that was agreed to is heard again, each side on its own channel and in its time, and goes when it is deleted", {
  timeout: 180_000,
}, async () => {
  const id = await maker.callWith("Yes, please.", "My name is Ada.", "What is my name?");
  const call = await maker.detail(id);
  await expect.poll(async () => (await maker.detail(id)).recording?.seconds ?? 0).toBeGreaterThan(10);
  const { url } = await maker.api.good("getRecording", { token: maker.token, params: { id } });
  const response = await fetch(url);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "audio/wav"]);
  const wav = Buffer.from(await response.arrayBuffer());
  const [left, right] = channelsOf(wav).map(wordsIn);
  if (left === undefined || right === undefined) throw new Error("The file has no two sides.");

  // The same call, from its events alone.
  await expect
    .poll(async () => (await maker.api.ask("getReplay", { token: maker.token, params: { id } })).status)
    .toBe(200);
  const { record, told } = await replayed(id);
  expect(told).toMatch(/^\d{3,} events in [\d.]+ s: every decision is as it was\.$/m);
  expect(record).toContain('"type":"start-recording"');
  expect(record).toContain('"recording":{"key":""}');

  // What the transcript says from the yes on, and nothing from before it.
  const [, ...said] = call.turns.filter(({ speaker }) => speaker === "caller");
  const [, ...answered] = call.turns.filter(({ speaker }) => speaker === "persona");
  expect(textOf(left)).toBe(textOf(said));
  expect(textOf(right)).toBe(textOf(answered));
  expect(textOf(left)).toContain("my name is ada");
  expect(textOf(right)).toMatch(/^thank you i am recording now what shall we talk about/);
  expect(textOf(right)).not.toContain("may i record");

  // And one after the other, as they took turns.
  const turns = call.turns.slice(2).map(({ speaker }) => speaker);
  const inOrder = [
    ...left.map((word) => ({ ...word, speaker: "caller" })),
    ...right.map((word) => ({ ...word, speaker: "persona" })),
  ]
    .sort((one, other) => one.atMs - other.atMs)
    .map(({ speaker }) => speaker)
    .filter((speaker, index, all) => speaker !== all[index - 1]);
  expect(inOrder).toEqual(turns);
  const firstSaid = said[0];
  const firstAnswer = answered[0];
  if (firstSaid === undefined || firstAnswer === undefined) throw new Error("Nobody spoke.");
  const apartMs = Date.parse(firstSaid.started_at) - Date.parse(firstAnswer.started_at);
  expect(Math.abs((left[0]?.atMs ?? 0) - (right[0]?.atMs ?? 0) - apartMs)).toBeLessThan(500);

  await maker.api.good("deleteRecording", { token: maker.token, params: { id } });
  expect((await fetch(url)).status).toBe(404);
  expect((await maker.detail(id)).recording).toBeNull();
});

test.each([
  ["is refused", ["No, thank you.", "My name is Ada."], "this call is not recorded"],
  ["is taken back", ["Yes.", "Please stop recording."], "I have stopped recording"],
])("nothing is kept of a call whose recording %s", { timeout: 120_000 }, async (_, lines, words) => {
  const id = await maker.callWith(...lines);
  const call = await maker.detail(id);
  expect(call.turns.map(({ text }) => text).join("\n")).toContain(words);
  expect(call.recording).toBeNull();
  await maker.api.refused("getRecording", { token: maker.token, params: { id } }, "NOT_FOUND");
  expect(stack.logs().filter((line) => /recording_(failed|part_refused)/.test(line))).toEqual([]);
});
