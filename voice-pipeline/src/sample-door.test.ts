/** A sample of a voice, asked for as the mesh asks, and understood by the sandbox's own ear. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { Recognizer } from "../../sandbox/src/speech/recognizer.ts";
import { type Pipeline, startPipeline } from "./testing/pipeline.ts";

let pipeline: Pipeline;
let voiceless: Pipeline;
beforeAll(async () => {
  [pipeline, voiceless] = await Promise.all([
    startPipeline("nova-3"),
    startPipeline("nova-3", { isVoiceRefused: true }),
  ]);
});
afterAll(() => Promise.all([pipeline.close(), voiceless.close()]));

const good = { voice_id: "21m00Tcm4TlvDq8ikWAM", text: "Finally, it's you! Tell me everything." };
const ask = (body: string, { key = "k", method = "POST", of = pipeline } = {}) =>
  fetch(`${of.url}/sample`, {
    method,
    headers: { authorization: `Bearer ${key}` },
    ...(method === "GET" ? {} : { body }),
  });
const sampleOf = async (text: string): Promise<Buffer> => {
  const answer = await ask(JSON.stringify({ ...good, text }));
  expect(answer.status).toBe(200);
  const { audio } = (await answer.json()) as { audio: string };
  return Buffer.from(audio, "base64");
};
const wordsIn = (sound: Buffer): string =>
  new Recognizer()
    .push(Buffer.concat([sound, Buffer.alloc(4_000, 0xff)]))
    .flatMap((event) => (event.type === "word" ? [event.text] : []))
    .join(" ");

it("is all of the sentence, as telephone sound", async () => {
  expect(wordsIn(await sampleOf(good.text))).toBe(good.text);
});

it("is spoken for several at once, each their own words", async () => {
  const texts = ["One for the road.", "Two for the show.", "Three to get ready."];
  expect((await Promise.all(texts.map(sampleOf))).map(wordsIn)).toEqual(texts);
});

it("is for the mesh only, and for one sentence of one voice", async () => {
  expect((await ask(JSON.stringify(good), { key: "guessed" })).status).toBe(401);
  expect((await ask("", { method: "GET" })).status).toBe(405);
  for (const bad of [
    "",
    "{",
    "{}",
    JSON.stringify({ ...good, voice_id: "../voices" }),
    JSON.stringify({ ...good, text: "" }),
  ])
    expect((await ask(bad)).status).toBe(400);
  expect((await ask(JSON.stringify({ ...good, text: "a".repeat(301) }))).status).toBe(400);
  expect((await ask("a".repeat(5_000))).status).toBe(413);
});

it("is refused, not given in another voice, when the voice cannot be had", async () => {
  expect((await ask(JSON.stringify(good), { of: voiceless })).status).toBe(503);
});

it("is not spoken beside too many others, who are heard all the same", async () => {
  const many = await Promise.all(Array.from({ length: 12 }, () => ask(JSON.stringify(good))));
  const statuses = many.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(4);
  expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(0);
  expect(wordsIn(await sampleOf(good.text))).toBe(good.text);
});
