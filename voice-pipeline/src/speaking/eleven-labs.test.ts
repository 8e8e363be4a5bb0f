/** The voice over real sockets, with a server on loopback that misbehaves. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { spoiled } from "../testing/spoiled.ts";
import { closeAll, good, idle, impatient, open } from "./eleven-labs-world.ts";
import { soundOf, type VoiceConnection } from "./misbehaving-voice.ts";

afterEach(closeAll);

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
