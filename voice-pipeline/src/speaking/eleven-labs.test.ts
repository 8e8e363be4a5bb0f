/** The voice over real sockets, with a server on loopback that misbehaves. */
import { once } from "node:events";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { createElevenLabs } from "../../../sandbox/src/elevenlabs/index.ts";
import { Faults } from "../../../sandbox/src/faults.ts";
import { Recognizer } from "../../../sandbox/src/speech/recognizer.ts";
import { serveProvider } from "../../../sandbox/src/testing/serve-provider.ts";
import { spoiled } from "../testing/spoiled.ts";
import { openElevenLabs, usualVoicePatience } from "./eleven-labs.ts";
import { misbehave, soundOf, textOf, type VoiceConnection } from "./misbehaving-voice.ts";

const impatient = {
  ...usualVoicePatience,
  stallMs: 400,
  giveUpMs: 2_000,
  backOff: { firstMs: 10, mostMs: 20 },
  idleBackOff: { firstMs: 10, mostMs: 20 },
};
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const open = async (plan: Parameters<typeof misbehave>, patience = impatient) => {
  const server = await misbehave(...plan);
  const heard = {
    sound: "",
    chars: "",
    latestMs: 0,
    complete: [] as number[],
    faults: [] as string[],
    failed: 0,
    unspoken: null as string[] | null,
  };
  const voice = openElevenLabs(
    { url: server.url, apiKey: "k" },
    "voice",
    {
      audio(_, sound, times) {
        heard.sound += textOf(sound);
        heard.chars += times?.chars.join("") ?? "";
        heard.latestMs = Math.max(heard.latestMs, ...(times?.startMs ?? []), ...(times?.durationMs ?? []));
      },
      complete: (id) => heard.complete.push(id),
      fault: (message) => heard.faults.push(message),
      failed: (unspoken) => {
        heard.failed += 1;
        heard.unspoken = unspoken;
      },
    },
    patience,
  );
  closers.push(voice.close, server.close);
  const connection = async (index: number): Promise<VoiceConnection> => {
    await expect.poll(() => server.connections[index]).toBeDefined();
    const found = server.connections[index];
    if (!found) throw new Error("There is no such connection.");
    return found;
  };
  return { server, voice, heard, connection };
};

const idle = () => {};
/** Speaks each text as soon as it is asked for, and ends each context that is closed. */
const good = (connection: VoiceConnection, asked: VoiceConnection["asked"][number]) => {
  if (asked.text?.trim()) connection.speak(asked.text);
  if (asked.close_context) connection.end(asked.context_id);
};

describe("an utterance", () => {
  it("is spoken clause by clause in one context, and is complete when the provider says so", async () => {
    const { server, voice, heard } = await open([good]);
    voice.say(1, "Hello,");
    voice.say(1, "my friend.");
    voice.finish(1);
    await expect.poll(() => heard.complete).toEqual([1]);
    voice.say(2, "Bye.");
    voice.finish(2);
    await expect.poll(() => heard.complete).toEqual([1, 2]);
    expect(heard.sound).toBe("Hello, my friend. Bye. ");
    expect(heard.chars).toBe(heard.sound);
    const spoken = server.connections[0]?.asked.filter(({ text }) => text?.trim());
    expect(new Set(spoken?.map(({ context_id }) => context_id)).size).toBe(2);
    expect(voice.characters).toBe("Hello,my friend.Bye.".length);
  });

  it("that was dropped is not heard any more, however late it comes", async () => {
    const { voice, heard, connection } = await open([idle]);
    const { speak, end, asked } = await connection(0);
    voice.say(1, "Hello.");
    await expect.poll(() => asked.length).toBe(2);
    const [old] = asked;
    voice.drop(1);
    voice.say(2, "Well.");
    await expect.poll(() => asked.length).toBe(5);
    speak("Hello.", old?.context_id);
    end(old?.context_id);
    speak("Well.", asked.at(-1)?.context_id);
    await expect.poll(() => heard.sound).toBe("Well.");
    expect(heard.complete).toEqual([]);
  });

  it("is heard once when its sound comes twice, and twice when it is meant so", async () => {
    const { voice, heard, connection } = await open([idle]);
    const line = await connection(0);
    voice.say(1, "ha ha ha ho");
    await expect.poll(() => line.texts.length).toBe(1);
    for (const text of ["ha ", "ha ", "ha ", "ho", "ho"]) line.speak(text);
    await expect.poll(() => heard.sound).toBe("ha ha ha ho");
    line.end();
    await expect.poll(() => line.asked.length).toBe(2);
    expect(heard.sound).toBe("ha ha ha ho");
  });

  it("is whole also when the provider forgets to say so", async () => {
    const { voice, heard, connection } = await open([
      (connection, asked) => asked.text?.trim() && connection.speak(asked.text),
    ]);
    await connection(0);
    voice.say(1, "Hello.");
    voice.finish(1);
    await expect.poll(() => heard.complete).toEqual([1]);
    expect(heard.faults).toEqual([]);
  });

  it("goes on in another context when the provider gave the first up", async () => {
    const { voice, heard, connection } = await open([good]);
    const line = await connection(0);
    voice.say(1, "Hello.");
    await expect.poll(() => heard.sound).toBe("Hello. ");
    line.end();
    await expect.poll(() => line.asked.length).toBe(2);
    voice.say(1, "There.");
    voice.finish(1);
    await expect.poll(() => heard.complete).toEqual([1]);
    expect(heard.sound).toBe("Hello. There. ");
  });
});

describe("a context", () => {
  const closes = ({ asked }: VoiceConnection) => asked.filter((each) => each.close_context);
  const opens = ({ asked }: VoiceConnection) => asked.filter((each) => each.voice_settings);

  it("is closed once its first sound has come, and not before: closed at once it may never sound", async () => {
    const { voice, heard, connection } = await open([idle]);
    const line = await connection(0);
    voice.say(1, "One two three.");
    voice.finish(1);
    await expect.poll(() => line.texts).toEqual(["One two three."]);
    expect(line.asked.at(-1)).toMatchObject({ text: "One two three. ", flush: true });
    // All that it wrote is read in order: the answer to a ping comes behind it.
    line.socket.ping();
    await once(line.socket, "pong");
    expect(closes(line)).toEqual([]);
    line.speak("One ");
    await expect.poll(() => closes(line).length).toBe(1);
    line.speak("two three.");
    line.end();
    await expect.poll(() => heard.complete).toEqual([1]);
    expect(closes(line)).toHaveLength(1);
  });

  it("that sounds already is closed as soon as nothing more is said in it", async () => {
    const { voice, heard, connection } = await open([idle]);
    const line = await connection(0);
    voice.say(1, "One.");
    await expect.poll(() => line.texts.length).toBe(1);
    line.speak("One.");
    await expect.poll(() => heard.sound).toBe("One.");
    voice.finish(1);
    await expect.poll(() => closes(line).length).toBe(1);
  });

  it("is closed at once when the caller interrupts, whether it sounds or not", async () => {
    const { voice, connection } = await open([idle]);
    const line = await connection(0);
    for (const id of [1, 2, 3]) {
      voice.say(id, "Hello.");
      voice.finish(id);
      await expect.poll(() => line.texts.length).toBe(id);
      const { context } = line;
      if (id === 2) line.speak("He");
      voice.drop(id);
      await expect.poll(() => closes(line).at(-1)?.context_id).toBe(context);
    }
    expect(closes(line)).toHaveLength(3);
    // The three, and the one that waits for the next.
    expect(opens(line)).toHaveLength(4);
  });

  it("that ends without a sound is followed by another, which is asked the same", async () => {
    let count = 0;
    const { voice, heard, connection } = await open([
      (line, asked) => {
        if (asked.text?.trim()) count += 1;
        if (asked.text?.trim() && count === 1) line.end();
        else good(line, asked);
      },
    ]);
    const line = await connection(0);
    voice.say(1, "No.");
    voice.finish(1);
    await expect.poll(() => heard.complete).toEqual([1]);
    expect(heard.sound).toBe("No. ");
    expect(line.texts).toEqual(["No.", "No."]);
    expect(heard.failed).toBe(0);
  });

  it("without a sound on a socket that answers is followed by another before the socket is given up", async () => {
    let count = 0;
    const { voice, heard, connection, server } = await open([
      (line, asked) => {
        if (asked.text?.trim()) count += 1;
        if (count > 1) good(line, asked);
        else if (count === 1) line.send({ type: "flush_done" });
      },
    ]);
    const line = await connection(0);
    voice.say(1, "Hello.");
    voice.finish(1);
    await expect.poll(() => heard.complete, { timeout: 2_000 }).toEqual([1]);
    expect(heard.sound).toBe("Hello. ");
    expect(server.count()).toBe(1);
    expect(opens(line).length - closes(line).length).toBe(1);
  });

  it("is left open by no utterance, however that ends: only the next one waits", async () => {
    const { voice, heard, connection } = await open(
      [(line, asked) => (asked.text === "Silent. " ? undefined : good(line, asked))],
      { ...impatient, giveUpMs: 60 },
    );
    const line = await connection(0);
    voice.say(1, "Heard.");
    voice.finish(1);
    await expect.poll(() => heard.complete).toEqual([1]);
    voice.say(2, "Not finished.");
    voice.say(3, "Dropped.");
    voice.drop(3);
    voice.say(4, "Silent.");
    await expect.poll(() => heard.unspoken).toEqual(["Silent."]);
    await expect.poll(() => opens(line).length).toBe(5);
    expect(closes(line).map(({ context_id }) => context_id)).toEqual(
      opens(line)
        .map(({ context_id }) => context_id)
        .slice(0, 4),
    );
  });
});

describe("an utterance that makes no sound", () => {
  it.each(["No.", "OK.", "はい。", "One two three."])("%s is given up in time", async (text) => {
    const { voice, heard } = await open([idle], { ...impatient, stallMs: 50, giveUpMs: 300 });
    voice.say(1, text);
    voice.finish(1);
    await expect.poll(() => heard.unspoken).toEqual([text]);
    expect(heard.complete).toEqual([]);
  });

  it("on another connection is given up in time too, however little is left to say", async () => {
    const { voice, heard, connection } = await open([idle], {
      ...impatient,
      stallMs: 5_000,
      giveUpMs: 150,
    });
    const line = await connection(0);
    voice.say(1, "Well, no.");
    voice.finish(1);
    await expect.poll(() => line.texts.length).toBe(1);
    line.speak("Well, ");
    await expect.poll(() => heard.sound).toBe("Well, ");
    line.socket.terminate();
    await expect.poll(() => heard.unspoken).toEqual(["no."]);
  });

  it("is a failure, and no end of it, when one context after the other ends without any", async () => {
    const { voice, heard, server } = await open([(line, asked) => asked.text?.trim() && line.end()]);
    voice.say(1, "Hello there.");
    voice.finish(1);
    await expect.poll(() => heard.unspoken).toEqual(["Hello there."]);
    expect(heard.complete).toEqual([]);
    expect(server.connections[0]?.texts.length).toBeLessThan(8);
  });

  it("is a failure too when each first piece of it is more than its text can be", async () => {
    const audio = Buffer.alloc(200_000, "a").toString("base64");
    const { voice, heard } = await open([
      (line, asked) => asked.text?.trim() && line.send({ audio, contextId: line.context, alignment: null }),
    ]);
    voice.say(1, "One.");
    voice.finish(1);
    await expect.poll(() => heard.unspoken).toEqual(["One."]);
    expect([heard.complete, heard.sound]).toEqual([[], ""]);
  });
});

describe("a provider that makes no sound of a context which is closed before its first", () => {
  it.each(["final", "nothing"] as const)("and says %s of it speaks each utterance", async (closeRace) => {
    const faults = new Faults();
    faults.set("elevenlabs", { firstByteMs: 20, closeRace });
    const sandbox = await serveProvider(
      createElevenLabs({ elevenLabs: { apiKey: "k" }, isRealLatency: false }, faults),
    );
    const heard = { words: [] as string[], complete: [] as number[], faults: [] as string[] };
    const recognizer = new Recognizer();
    const hear = (sound: Buffer) => {
      for (let at = 0; at < sound.length; at += 160)
        for (const event of recognizer.push(sound.subarray(at, at + 160)))
          if (event.type === "word") heard.words.push(event.text);
    };
    const voice = openElevenLabs(
      { url: sandbox.url.replace("http", "ws"), apiKey: "k" },
      "21m00Tcm4TlvDq8ikWAM",
      {
        audio: (_, sound) => hear(sound),
        complete(id) {
          hear(Buffer.alloc(1_600, 0xff));
          heard.complete.push(id);
        },
        fault: (message) => heard.faults.push(message),
        failed: () => heard.faults.push("failed"),
      },
      impatient,
    );
    closers.push(voice.close, sandbox.close);
    for (const [at, text] of ["Right.", "OK.", "Hello there."].entries()) {
      voice.say(at, text);
      voice.finish(at);
      await expect.poll(() => heard.complete.at(-1)).toBe(at);
    }
    expect(heard.words).toEqual(["Right.", "OK.", "Hello", "there."]);
    expect(heard.faults).toEqual([]);
    expect(voice.characters).toBe("Right.OK.Hello there.".length);
  });
});

it("asks for the times of the characters of each piece", async () => {
  const { connection } = await open([idle]);
  const { request } = await connection(0);
  expect(new URL(request.url ?? "", "ws://x").searchParams.get("sync_alignment")).toBe("true");
});

describe("sound without the times of its characters", () => {
  const soundFor = (characters: number, letter: string) => Buffer.alloc(characters * 65 * 8, letter);
  const piece = (sound: Buffer, context: string, rest: object = {}) => ({
    audio: sound.toString("base64"),
    contextId: context,
    alignment: null,
    ...rest,
  });

  it("is taken by those of the text as it was spoken, where they come", async () => {
    const { voice, heard, connection } = await open([idle]);
    const line = await connection(0);
    voice.say(1, "One two.");
    await expect.poll(() => line.texts.length).toBe(1);
    const chars = [..."One two."];
    const normalizedAlignment = {
      chars,
      charStartTimesMs: chars.map((_, at) => at * 10),
      charsDurationsMs: chars.map(() => 10),
    };
    line.send(piece(soundOf("One two."), line.context, { normalizedAlignment }));
    await expect.poll(() => heard.chars).toBe("One two.");
    expect(heard.latestMs).toBe(70);
  });

  it("is so much of the text as is usual: a break loses none of the rest", async () => {
    const { voice, heard, connection } = await open([idle, good]);
    const first = await connection(0);
    voice.say(1, "One two three");
    voice.say(1, "four five.");
    voice.finish(1);
    await expect.poll(() => first.texts.length).toBe(2);
    first.send(piece(soundFor(4, "a"), first.context));
    first.send(piece(soundFor(4, "b"), first.context));
    await expect.poll(() => heard.chars).toBe("One two ");
    first.socket.terminate();
    const second = await connection(1);
    await expect.poll(() => second.texts).toEqual(["three", "four five."]);
    await expect.poll(() => heard.complete).toEqual([1]);
    expect(heard.chars.trim()).toBe("One two three four five.");
  });

  it("is all there when the provider says so, however fast it was", async () => {
    const { server, voice, heard } = await open([
      (connection, asked) => {
        if (asked.text?.trim()) connection.send(piece(soundFor(6, "a"), connection.context));
        if (asked.close_context) connection.end(asked.context_id);
      },
    ]);
    voice.say(1, "One two three four five.");
    voice.finish(1);
    await expect.poll(() => heard.complete).toEqual([1]);
    expect(server.connections[0]?.texts).toHaveLength(1);
  });

  it("is also what comes with times beyond all sense", async () => {
    const times = (text: string, context: string) => ({
      audio: soundOf(text).toString("base64"),
      contextId: context,
      alignment: {
        chars: [...text],
        charStartTimesMs: [...text].map((_, at) => at * 10),
        charsDurationsMs: [...text].map(() => 10),
      },
    });
    await fc.assert(
      fc.asyncProperty(spoiled(times("One two.", "utterance-1")), async (message) => {
        const { voice, heard, server } = await open([
          (connection, asked) => {
            if (asked.text?.trim()) connection.send(message);
            if (asked.close_context) connection.end(asked.context_id);
          },
        ]);
        voice.say(1, "One two.");
        voice.finish(1);
        await expect.poll(() => heard.complete).toEqual([1]);
        expect(heard.sound).toBe("One two.");
        expect(heard.latestMs).toBeLessThan(1_000);
        voice.close();
        server.close();
      }),
      { numRuns: 15, seed: 6 },
    );
  });

  it("is no more than a text can be: the rest of it is dropped, and what follows is spoken", async () => {
    const { voice, heard } = await open([
      (connection, asked) => {
        const isFirst = connection.texts.length === 1;
        if (!asked.text?.trim()) return;
        if (!isFirst) good(connection, asked);
        else
          for (const letter of "abcdefgh") connection.send(piece(soundFor(100, letter), connection.context));
      },
    ]);
    voice.say(1, "One.");
    await expect.poll(() => heard.faults).toHaveLength(1);
    expect(heard.sound).toMatch(/^a+/);
    const before = heard.sound.length;
    voice.say(1, "Two.");
    await expect.poll(() => heard.sound.slice(before)).toBe("Two. ");
    expect(before).toBeLessThan(1_300);
  });
});

describe("a context that waits", () => {
  it("is kept alive while it is open, also before it is needed, and none that is not", async () => {
    const { voice, heard, connection } = await open([good], { ...impatient, keepAliveMs: 15 });
    const { asked } = await connection(0);
    const kept = () => asked.filter(({ text }) => text === "").length;
    for (const id of [1, 2]) {
      const before = kept();
      await expect.poll(kept).toBeGreaterThan(before + 1);
      voice.say(id, "Hello.");
      voice.finish(id);
      await expect.poll(() => heard.complete.at(-1)).toBe(id);
    }
    const living = new Set<string | undefined>();
    for (const { text, context_id, voice_settings, close_context } of asked) {
      if (voice_settings) living.add(context_id);
      else expect([text, living.has(context_id)]).toEqual([text, true]);
      if (close_context) living.delete(context_id);
    }
    expect(heard.faults).toEqual([]);
  });

  it("that the provider gives up before it is used is followed by another", async () => {
    const { voice, heard, connection } = await open([good]);
    const line = await connection(0);
    await expect.poll(() => line.asked.length).toBe(1);
    line.end(line.asked[0]?.context_id);
    line.send({ error: "something_new", message: "?" });
    await expect.poll(() => heard.faults).toHaveLength(1);
    voice.say(1, "Hello.");
    voice.finish(1);
    await expect.poll(() => heard.complete).toEqual([1]);
    expect(heard.sound).toBe("Hello. ");
  });
});

describe("a connection that breaks amid an utterance", () => {
  const breaks: [string, (connection: VoiceConnection) => void][] = [
    ["closes", ({ socket }) => socket.close(1011)],
    ["is reset", ({ socket }) => socket.terminate()],
    ["half-closes", ({ request }) => request.socket.end()],
    ["stalls", () => {}],
    [
      "sends an error",
      ({ send, socket }) => {
        send({ message: "Please wait.", error: "system_busy", code: 1008 });
        socket.close(1008);
      },
    ],
    ["sends what is too large", ({ send }) => send(`"${"a".repeat(9 << 20)}"`)],
    ["sends a broken frame", ({ request }) => request.socket.write(Buffer.alloc(64, 0xff))],
    [
      "sends nothing but garbage",
      ({ send }) => {
        for (let count = 0; count < 30; count += 1) send("<html>");
      },
    ],
  ];

  it.each(breaks)(
    "and %s: what was not spoken yet is spoken by the next, no word lost or doubled",
    async (_, breakIt) => {
      const { voice, heard, connection, server } = await open([idle, good]);
      const first = await connection(0);
      voice.say(1, "One two three");
      voice.say(1, "four five.");
      voice.finish(1);
      await expect.poll(() => first.texts.length).toBe(2);
      first.speak("One t");
      first.speak("wo th");
      breakIt(first);
      await expect.poll(() => heard.complete, { timeout: 3_000 }).toEqual([1]);
      expect(heard.sound.trim()).toBe("One two three four five.");
      expect(server.connections[1]?.texts).toEqual(["three", "four five."]);
      expect(heard.failed).toBe(0);
      expect(heard.faults.length).toBeGreaterThan(0);
    },
  );

  it("after its last sound is no reason to say anything again", async () => {
    const { voice, heard, connection } = await open([idle, good]);
    const first = await connection(0);
    voice.say(1, "One two.");
    voice.finish(1);
    await expect.poll(() => first.texts.length).toBe(1);
    first.speak("One two.");
    first.socket.terminate();
    await expect.poll(() => heard.complete).toEqual([1]);
    expect(heard.sound).toBe("One two.");
  });
});

describe("a connection that breaks between utterances", () => {
  it("is replaced before it is needed", async () => {
    const { connection, heard } = await open([idle, good]);
    (await connection(0)).socket.close(1000);
    await connection(1);
    expect(heard.failed).toBe(0);
  });

  it("is replaced when nobody is at its other end any more", async () => {
    const { connection } = await open([idle], { ...impatient, keepAliveMs: 30 });
    const { request } = await connection(0);
    request.socket.pause();
    await connection(1);
  });

  const slow = { firstMs: 60_000, mostMs: 60_000 };
  it("is not sought in haste, but at once when something is to be said", async () => {
    const { voice, heard, server } = await open([{ status: 503 }, good], { ...impatient, idleBackOff: slow });
    await expect.poll(() => heard.faults).toHaveLength(1);
    expect(server.count()).toBe(1);
    voice.say(1, "Hello.");
    await expect.poll(() => heard.sound).toBe("Hello. ");
  });

  it("and wants to be left alone for longer than a caller waits is not waited for", async () => {
    const { voice, heard, server } = await open([{ status: 429, headers: { "retry-after": "60" } }]);
    await expect.poll(() => heard.faults).toHaveLength(1);
    voice.say(1, "Hello.");
    await expect.poll(() => heard.failed, { timeout: 500 }).toBe(1);
    expect(server.count()).toBe(1);
  });

  it("is sought for as long as nothing is to be said, and found again", async () => {
    const down = Array.from({ length: 8 }, () => ({ status: 503 }));
    const { voice, heard, server } = await open([...down, good]);
    await expect.poll(() => server.count()).toBe(9);
    expect(heard.failed).toBe(0);
    voice.say(1, "Hello.");
    await expect.poll(() => heard.sound).toBe("Hello. ");
  });
});

describe("a refusal", () => {
  it.each([401, 403])("with %i is final once something is to be said", async (status) => {
    const { voice, heard, server } = await open([{ status }]);
    await expect.poll(() => heard.faults).toHaveLength(1);
    expect(heard.failed).toBe(0);
    voice.say(1, "Hello.");
    await expect.poll(() => heard.failed).toBe(1);
    expect(server.count()).toBe(1);
  });

  it("with 429 is taken as long as it asks for", async () => {
    const { voice, heard } = await open([{ status: 429, headers: { "retry-after": "0.3" } }, good]);
    voice.say(1, "Hello.");
    await expect.poll(() => heard.sound).toBe("Hello. ");
  });

  it("with 429 that asks for longer than a caller waits is a failure", async () => {
    const { voice, heard } = await open([{ status: 429, headers: { "retry-after": "60" } }]);
    voice.say(1, "Hello.");
    await expect.poll(() => heard.failed).toBe(1);
  });

  it("again and again is a failure, told once", async () => {
    const { voice, heard } = await open([{ status: 503 }]);
    voice.say(1, "Hello.");
    await expect.poll(() => heard.failed).toBe(1);
    voice.say(1, "Hello?");
    voice.finish(1);
    await expect.poll(() => heard.failed).toBe(2);
  });

  it("of the words themselves, as of a quota that is used up, is final", async () => {
    const { voice, heard, server } = await open([
      ({ send, socket }) => {
        send({ message: "This request exceeds your quota.", error: "quota_exceeded", code: 1008 });
        socket.close(1008);
      },
    ]);
    voice.say(1, "Hello.");
    await expect.poll(() => heard.failed).toBe(1);
    expect(server.count()).toBe(1);
    expect(heard.faults[0]).toContain("quota");
  });
});

it("a voice that makes no sound on any connection is given up in time", async () => {
  const { voice, heard } = await open([idle], { ...impatient, giveUpMs: 100 });
  voice.say(1, "Hello.");
  await expect.poll(() => heard.failed).toBe(1);
});

describe("anything that the provider may send", () => {
  const say = (text: string, context_id: string) => ({
    audio: soundOf(text).toString("base64"),
    context_id,
    alignment: {
      chars: [...text],
      charsStartTimesMs: [...text].map((_, at) => at * 10),
      charDurationsMs: [...text].map(() => 10),
    },
  });
  const junk = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom<object>(
      {},
      { type: "flush_done" },
      { audio: 7 },
      { audio: "!!!", contextId: "utterance-1" },
      { isFinal: true },
      { isFinal: true, contextId: "utterance-0" },
      { audio: "", contextId: "utterance-1", alignment: { chars: ["a"], charStartTimesMs: [] } },
      { ...say("late", "utterance-0") },
      { error: "something_new", message: "?" },
    ),
  );

  it("leaves the words that it says whole", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(junk, { maxLength: 12 }),
        fc.array(junk, { maxLength: 4 }),
        async (before, amid) => {
          const { voice, heard, server } = await open([
            (connection, asked) => {
              if (asked.close_context) connection.end(asked.context_id);
              if (!asked.text?.trim()) return;
              for (const each of before) connection.send(each);
              connection.send(say("One ", connection.context));
              for (const each of amid) connection.send(each);
              connection.send(say("two. ", connection.context));
            },
          ]);
          voice.say(1, "One two.");
          voice.finish(1);
          await expect.poll(() => heard.complete).toEqual([1]);
          expect(heard.chars).toBe("One two. ");
          voice.close();
          server.close();
        },
      ),
      { numRuns: 60, seed: 5 },
    );
  }, 30_000);
});
