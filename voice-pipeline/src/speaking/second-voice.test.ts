/** Two voices over real sockets: an ElevenLabs that misbehaves, and the sandbox's Aura. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createDeepgram } from "../../../sandbox/src/deepgram/index.ts";
import { Faults } from "../../../sandbox/src/faults.ts";
import { Recognizer } from "../../../sandbox/src/speech/recognizer.ts";
import { type ServedProvider, serveProvider } from "../../../sandbox/src/testing/serve-provider.ts";
import { greeted } from "../conversation/virtual-call.ts";
import { openAura, usualAuraPatience } from "./aura.ts";
import { openElevenLabs, usualVoicePatience } from "./eleven-labs.ts";
import { misbehave } from "./misbehaving-voice.ts";
import { usualSilenceMs, withSecondVoice } from "./second-voice.ts";
import type { Voice, VoiceEvents } from "./voice.ts";

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
      fault,
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

describe("a call whose first voice is silent", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  interface Plan {
    soundMs?: number;
    failMs?: number;
  }
  /** Sounds, or fails, so long after it was first asked for an utterance; the last plan is for all later ones. */
  const voiceThat = (plans: Plan[]) => {
    const asked: string[] = [];
    let newestIsClosed = false;
    const open = (on: Omit<VoiceEvents, "fault">): Voice => {
      let isClosed = false;
      newestIsClosed = false;
      let [newest, utterances] = [0, 0];
      const later = (ms: number | undefined, act: () => void) => {
        if (ms !== undefined) setTimeout(() => isClosed || act(), ms);
      };
      return {
        say(id, text) {
          asked.push(text);
          if (id === newest) return;
          newest = id;
          const { soundMs, failMs } = plans[Math.min(utterances, plans.length - 1)] ?? {};
          utterances += 1;
          later(soundMs, () => id === newest && on.audio(id, Buffer.from(text), null));
          later(failMs, () => on.failed([text]));
        },
        finish: () => {},
        drop: () => {
          newest = 0;
        },
        close: () => {
          isClosed = true;
          newestIsClosed = true;
        },
        get characters() {
          return asked.join("").length;
        },
      };
    };
    return { asked, open, isClosed: () => newestIsClosed };
  };
  const openBoth = (one: Plan | Plan[], other: Plan) => {
    const [first, second] = [voiceThat([one].flat()), voiceThat([other])];
    const heard: { at: number; text: string }[] = [];
    const failures: string[][] = [];
    const faults: string[] = [];
    const startedAt = Date.now();
    const voice = withSecondVoice(first.open, second.open, {
      audio: (_, sound) => heard.push({ at: Date.now() - startedAt, text: String(sound) }),
      complete: () => {},
      fault: (message) => faults.push(message),
      failed: (unspoken) => failures.push(unspoken),
    });
    return { first, second, voice, heard, failures, faults };
  };

  it("is spoken by the second where that sounds first, and by the first again after that", () => {
    const { first, second, voice, heard, faults } = openBoth([{ soundMs: 1_900 }, { soundMs: 300 }], {
      soundMs: 400,
    });
    voice.say(1, "One,");
    voice.say(1, "two.");
    vi.advanceTimersByTime(5_000);
    expect(heard).toEqual([{ at: usualSilenceMs + 400, text: "One," }]);
    voice.say(1, "And more.");
    expect(second.asked).toEqual(["One,", "two.", "And more."]);
    expect([first.isClosed(), faults.length]).toEqual([false, 1]);
    voice.say(2, "Three.");
    vi.advanceTimersByTime(5_000);
    expect(heard.at(-1)).toEqual({ at: 5_300, text: "Three." });
    expect(first.asked).toEqual(["One,", "two.", "Three."]);
    expect(second.isClosed()).toBe(true);
    expect(voice.characters).toBe("One,two.Three.One,two.And more.".length);
  });

  it("is left once it was silent twice without a word between", () => {
    const { first, second, voice, heard, faults } = openBoth({}, { soundMs: 400 });
    for (const id of [1, 2, 3]) {
      voice.say(id, `${id}.`);
      vi.advanceTimersByTime(5_000);
    }
    expect(heard).toEqual([
      { at: usualSilenceMs + 400, text: "1." },
      { at: 5_000 + usualSilenceMs + 400, text: "2." },
      { at: 10_400, text: "3." },
    ]);
    expect([first.asked, first.isClosed(), second.isClosed()]).toEqual([["1.", "2."], true, false]);
    expect(faults).toHaveLength(2);
  });

  it("says what is left where the second fails amid what it says", () => {
    const { first, voice, failures } = openBoth({}, { soundMs: 400, failMs: 900 });
    voice.say(1, "One.");
    voice.finish(1);
    vi.advanceTimersByTime(5_000);
    expect([first.asked, failures]).toEqual([["One.", "One."], []]);
  });

  it("keeps the first where that sounds before the second", () => {
    const { first, second, voice, heard, faults } = openBoth({ soundMs: 1_500 }, { soundMs: 400 });
    voice.say(1, "One.");
    vi.advanceTimersByTime(5_000);
    expect(heard).toEqual([{ at: 1_500, text: "One." }]);
    expect([first.isClosed(), second.isClosed(), faults]).toEqual([false, true, []]);
    expect(voice.characters).toBe(8);
  });

  it("asks no second where the first is soon heard, or the caller interrupts", () => {
    const { second, voice } = openBoth({ soundMs: 300 }, {});
    voice.say(1, "One.");
    vi.advanceTimersByTime(5_000);
    voice.say(2, "Two.");
    voice.drop(2);
    vi.advanceTimersByTime(5_000);
    expect(second.asked).toEqual([]);
  });

  it("says what the caller interrupts with neither", () => {
    const { second, voice, heard } = openBoth({}, { soundMs: 400 });
    voice.say(1, "One.");
    vi.advanceTimersByTime(usualSilenceMs + 100);
    expect(second.asked).toEqual(["One."]);
    voice.drop(1);
    vi.advanceTimersByTime(5_000);
    expect(heard).toEqual([]);
  });

  it("goes on with the first where the second cannot speak", () => {
    const { first, voice, heard, failures } = openBoth({ soundMs: 2_000 }, { failMs: 100 });
    voice.say(1, "One.");
    vi.advanceTimersByTime(5_000);
    expect(heard).toEqual([{ at: 2_000, text: "One." }]);
    expect([first.isClosed(), failures]).toEqual([false, []]);
  });

  it("fails where neither speaks", () => {
    const { voice, failures } = openBoth({ failMs: 2_500 }, { failMs: 2_200 });
    voice.say(1, "One.");
    vi.advanceTimersByTime(usualSilenceMs + 2_200);
    expect(failures).toEqual([["One."]]);
  });

  it("hears within five seconds of its turn a second that takes its time, behind a filler that comes late", () => {
    const tickMs = 100;
    const turnEndedAt = 6_000;
    const call = greeted();
    const ended = { text: "Well?", startedAt: 5_000, endpointingMs: 300 };
    call.tell({ type: "turn-ended", at: turnEndedAt, ...ended });
    const before = call.last("say");
    let saidAt = turnEndedAt;
    for (; call.last("say") === before; saidAt += tickMs) call.tell({ type: "tick", at: saidAt });
    const { voice, heard } = openBoth(
      { failMs: usualVoicePatience.giveUpMs },
      { soundMs: usualAuraPatience.giveUpMs - 1 },
    );
    voice.say(1, "One moment, please.");
    vi.advanceTimersByTime(10_000);
    expect(saidAt - turnEndedAt).toBeGreaterThan(1_000);
    expect(saidAt - turnEndedAt + (heard[0]?.at ?? Number.POSITIVE_INFINITY)).toBeLessThan(5_000);
  });
});
