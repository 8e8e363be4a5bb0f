/** Both models of the sandbox hear the same sound, over real sockets. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { createDeepgram } from "../../../sandbox/src/deepgram/index.ts";
import { Faults } from "../../../sandbox/src/faults.ts";
import { speak } from "../../../sandbox/src/speech/speak.ts";
import { type ServedProvider, serveProvider } from "../../../sandbox/src/testing/serve-provider.ts";
import { openDeepgram } from "./deepgram.ts";
import type { HearingEvent } from "./hearing.ts";

let provider: ServedProvider;
beforeAll(async () => {
  const config = { deepgram: { apiKey: "d" }, isRealLatency: false };
  provider = await serveProvider(createDeepgram(config, new Faults()));
});
afterAll(() => provider.close());

const quiet = (ms: number) => Buffer.alloc(ms * 8, 0xff);
/** A pause amid a sentence, long enough to seem its end. */
const sound = Buffer.concat([
  quiet(200),
  speak("I would like").audio,
  quiet(600),
  speak("to go home.").audio,
  quiet(1_600),
]);

const hear = async (model: string) => {
  const events: HearingEvent[] = [];
  const url = provider.url.replace("http", "ws");
  const hearing = openDeepgram({ url, apiKey: "d", model, isEager: true }, (event) => events.push(event));
  for (let at = 0; at < sound.length; at += 160) hearing.hear(sound.subarray(at, at + 160), true);
  await expect
    .poll(() => events.some((event) => event.type === "turn-ended" && event.text.endsWith("home.")))
    .toBe(true);
  hearing.close();
  return events
    .filter(({ type }) => type !== "words")
    .map((event) => [event.type, "text" in event ? event.text : ""]);
};

it("Flux tells early that a turn may be over, and takes it back when the caller goes on", async () => {
  expect(await hear("flux-general-en")).toEqual([
    ["eager-turn", "I would like"],
    ["turn-resumed", ""],
    ["eager-turn", "I would like to go home."],
    ["turn-ended", "I would like to go home."],
  ]);
});

it("nova ends a turn at each pause", async () => {
  expect(await hear("nova-3")).toEqual([
    ["turn-ended", "I would like"],
    ["turn-ended", "to go home."],
  ]);
});
