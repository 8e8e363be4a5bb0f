// A whole call that is recorded, through the whole house: asked by sound, agreed to by sound, and the file that is fetched
// afterwards is understood by the same ears, side by side.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Api } from "../infra/demo/api.ts";
import type { Stack } from "../infra/stack/start-stack.ts";
import { ApiClient } from "./api/client.ts";
import { startTestStack } from "./fixtures/test-stack.ts";
import { channelsOf, wordsIn } from "./fixtures/wav-channels.ts";

let stack: Stack;
let api: ApiClient;
let token: string;
let personaId: string;
const phone = "+14155553001";
const [email, password] = ["ada@example.com", "SecurePass123!"];

beforeAll(async () => {
  stack = await startTestStack({ RATE_LIMIT_SCALE: "100" });
  api = new ApiClient(stack.gatewayUrl);
  const person = { name: "Ada Lovelace", email, password, phone };
  token = (await api.good("register", { body: person })).token;
  await api.good("startPhoneVerification", { token });
  const code = /\d{6}/.exec((await telephone()).messages.at(-1)?.body ?? "")?.[0];
  await api.good("checkPhoneVerification", { token, body: { code } });
  await api.good("addPaymentMethod", {
    token,
    body: { payment_method_id: "pm_card_visa", set_as_default: true },
  });
  const body = {
    name: "Good Memory",
    description: "A friend who remembers what was said.",
    voice: "rachel",
    system_prompt: "You are a cheerful friend who asks one question at a time.",
    greeting: "What shall we talk about?",
    recording: true,
  };
  const { persona } = await api.good("createPersona", { token, body });
  expect(persona.recording).toBe(true);
  personaId = persona.id;
}, 120_000);
afterAll(() => stack.stop());

const telephone = () => new Api(stack.gatewayUrl, stack.sandboxUrl).phone(phone);

/** A call that is over and paid; answers its id. */
async function callWith(...lines: string[]): Promise<string> {
  const script = [
    ...lines.map((say) => ({ say })),
    { say: "Goodbye!" },
    { silenceMs: 20_000 },
    { hangup: true },
  ];
  await new Api(stack.gatewayUrl, stack.sandboxUrl).setPhone(phone, { answerAfterMs: 200, script });
  const hold = await api.good("createPaymentIntent", { token, body: { estimated_duration: 5 } });
  const wish = { phone_number: phone, persona_id: personaId, payment_intent_id: hold.payment_intent_id };
  const { call } = await api.good("createCall", { token, body: wish });
  await expect
    .poll(async () => (await detail(call.id)).payment?.state, { timeout: 90_000, interval: 500 })
    .toBe("captured");
  return call.id;
}
/** Runs the call again as its person; answers the record, and what was said of it. */
async function replayed(id: string): Promise<{ record: string; told: string }> {
  const file = join(mkdtempSync(join(tmpdir(), "replay-")), "call.jsonl");
  const env = {
    ...process.env,
    PUBLIC_URL: stack.gatewayUrl,
    REPLAY_EMAIL: email,
    REPLAY_PASSWORD: password,
  };
  const program = "voice-pipeline/src/replay/main.ts";
  const { stdout } = await promisify(execFile)(process.execPath, [program, "--save", file, id], { env });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  return { record: readFileSync(file, "utf8"), told: stdout };
}
const detail = async (id: string) => (await api.good("getCall", { token, params: { id } })).call;

const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N} ]/gu, "");
const textOf = (words: { text: string }[]): string => plain(words.map(({ text }) => text).join(" "));

test("a call that was agreed to is heard again, each side on its own channel and in its time, and goes when it is deleted", {
  timeout: 180_000,
}, async () => {
  const id = await callWith("Yes, please.", "My name is Ada.", "What is my name?");
  const call = await detail(id);
  await expect.poll(async () => (await detail(id)).recording?.seconds ?? 0).toBeGreaterThan(10);
  const { url } = await api.good("getRecording", { token, params: { id } });
  const response = await fetch(url);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "audio/wav"]);
  const wav = Buffer.from(await response.arrayBuffer());
  const [left, right] = channelsOf(wav).map(wordsIn);
  if (left === undefined || right === undefined) throw new Error("The file has no two sides.");

  // The same call, from its events alone.
  await expect.poll(async () => (await api.ask("getReplay", { token, params: { id } })).status).toBe(200);
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

  await api.good("deleteRecording", { token, params: { id } });
  expect((await fetch(url)).status).toBe(404);
  expect((await detail(id)).recording).toBeNull();
});

test.each([
  ["is refused", ["No, thank you.", "My name is Ada."], "this call is not recorded"],
  ["is taken back", ["Yes.", "Please stop recording."], "I have stopped recording"],
])("nothing is kept of a call whose recording %s", { timeout: 120_000 }, async (_, lines, words) => {
  const id = await callWith(...lines);
  const call = await detail(id);
  expect(call.turns.map(({ text }) => text).join("\n")).toContain(words);
  expect(call.recording).toBeNull();
  await api.refused("getRecording", { token, params: { id } }, "NOT_FOUND");
  expect(stack.logs().filter((line) => /recording_(failed|part_refused)/.test(line))).toEqual([]);
});
