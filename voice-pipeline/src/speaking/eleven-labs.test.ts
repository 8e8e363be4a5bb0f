/** The voice over real sockets, with a server on loopback that misbehaves. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { openElevenLabs, usualVoicePatience } from "./eleven-labs.ts";
import { misbehave, soundOf, textOf, type VoiceConnection } from "./misbehaving-voice.ts";

const impatient = {
  ...usualVoicePatience,
  stallMs: 400,
  giveUpMs: 2_000,
  backOff: { firstMs: 10, mostMs: 20 },
};
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const open = async (plan: Parameters<typeof misbehave>, patience = impatient) => {
  const server = await misbehave(...plan);
  const heard = { sound: "", chars: "", complete: [] as number[], faults: [] as string[], failed: 0 };
  const voice = openElevenLabs(
    { url: server.url, apiKey: "k" },
    "voice",
    {
      audio(_, sound, times) {
        heard.sound += textOf(sound);
        heard.chars += times?.chars.join("") ?? "";
      },
      complete: (id) => heard.complete.push(id),
      fault: (message) => heard.faults.push(message),
      failed: () => {
        heard.failed += 1;
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
    expect(new Set(server.connections[0]?.asked.map(({ context_id }) => context_id)).size).toBe(2);
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
