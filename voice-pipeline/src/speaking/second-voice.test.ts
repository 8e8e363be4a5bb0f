/** Two voices over real sockets: an ElevenLabs that misbehaves, and the sandbox's Aura. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createDeepgram } from "../../../sandbox/src/deepgram/index.ts";
import { Faults } from "../../../sandbox/src/faults.ts";
import { Recognizer } from "../../../sandbox/src/speech/recognizer.ts";
import { type ServedProvider, serveProvider } from "../../../sandbox/src/testing/serve-provider.ts";
import { openAura } from "./aura.ts";
import { openElevenLabs, usualVoicePatience } from "./eleven-labs.ts";
import { misbehave } from "./misbehaving-voice.ts";
import { withSecondVoice } from "./second-voice.ts";

let aura: ServedProvider;
beforeAll(async () => {
  aura = await serveProvider(
    createDeepgram({ deepgram: { apiKey: "d" }, isRealLatency: false }, new Faults()),
  );
});
afterAll(() => aura.close());
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const open = async (plan: Parameters<typeof misbehave>, auraKey = "d") => {
  const server = await misbehave(...plan);
  const recognizer = new Recognizer();
  const heard = { words: [] as string[], chars: "", complete: [] as number[], failed: 0, faults: 0 };
  const fault = () => {
    heard.faults += 1;
  };
  const voice = withSecondVoice(
    (on) =>
      openElevenLabs(
        { url: server.url, apiKey: "k" },
        "voice",
        { ...on, fault },
        {
          ...usualVoicePatience,
          giveUpMs: 300,
          backOff: { firstMs: 10, mostMs: 20 },
        },
      ),
    (on) =>
      openAura(
        { url: aura.url.replace("http", "ws"), apiKey: auraKey, model: "aura-2-thalia-en" },
        { ...on, fault },
      ),
    {
      audio(_, sound, times) {
        for (let at = 0; at < sound.length; at += 160)
          for (const event of recognizer.push(sound.subarray(at, at + 160)))
            if (event.type === "word") heard.words.push(event.text);
        heard.chars += times?.chars.join("") ?? "";
      },
      complete: (id) => {
        for (const event of recognizer.push(Buffer.alloc(1_600, 0xff)))
          if (event.type === "word") heard.words.push(event.text);
        heard.complete.push(id);
      },
      failed: () => {
        heard.failed += 1;
      },
    },
  );
  closers.push(voice.close, server.close);
  return { server, voice, heard };
};

describe("a call whose first voice fails", () => {
  it("is spoken by the second, from the start and to the end", async () => {
    const { voice, heard } = await open([{ status: 401 }]);
    voice.say(1, "Hello there,");
    voice.say(1, "my friend.");
    voice.finish(1);
    await expect.poll(() => heard.complete).toEqual([1]);
    voice.say(2, "Goodbye.");
    voice.finish(2);
    await expect.poll(() => heard.complete).toEqual([1, 2]);
    expect(heard.words).toEqual(["Hello", "there,", "my", "friend.", "Goodbye."]);
    expect(heard.chars).toBe("Hello there, my friend. Goodbye. ");
    expect(voice.characters).toBe(30);
  });

  it("amid an utterance is spoken on by the second, from the next whole word", async () => {
    const { voice, heard } = await open([
      (connection, asked) => {
        if (!asked.text?.trim() || connection.texts.length > 1) return;
        connection.speak("One t");
        connection.speak("wo th");
      },
    ]);
    voice.say(1, "One two three");
    voice.say(1, "four five.");
    voice.finish(1);
    await expect.poll(() => heard.complete).toEqual([1]);
    expect(heard.chars.trim()).toBe("One two three four five.");
    expect(heard.words.slice(-3)).toEqual(["three", "four", "five."]);
  });

  it("asks the first no more", async () => {
    const { server, voice, heard } = await open([{ status: 503 }]);
    for (let id = 1; id <= 30; id += 1) {
      voice.say(id, "Well.");
      voice.finish(id);
      await expect.poll(() => heard.complete.at(-1)).toBe(id);
    }
    expect(server.count()).toBe(usualVoicePatience.mostFailures);
  });

  it("drops what the caller interrupts", async () => {
    const { voice, heard } = await open([{ status: 401 }]);
    voice.say(1, "Once upon a time, in a town far away,");
    await expect.poll(() => heard.words.length).toBeGreaterThan(0);
    voice.drop(1);
    voice.say(2, "Yes?");
    voice.finish(2);
    await expect.poll(() => heard.complete).toEqual([2]);
    expect(heard.chars.endsWith("Yes? ")).toBe(true);
  });

  it("fails only when the second does too", async () => {
    const { voice, heard } = await open([{ status: 401 }], "wrong");
    voice.say(1, "Hello.");
    await expect.poll(() => heard.failed).toBe(1);
    expect(heard.faults).toBeGreaterThan(1);
  });
});
