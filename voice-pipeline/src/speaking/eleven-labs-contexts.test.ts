/** When a context is opened, closed and asked again, and what becomes of an utterance without a sound. */
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { createElevenLabs } from "../../../sandbox/src/elevenlabs/index.ts";
import { Faults } from "../../../sandbox/src/faults.ts";
import { Recognizer } from "../../../sandbox/src/speech/recognizer.ts";
import { serveProvider } from "../../../sandbox/src/testing/serve-provider.ts";
import { openElevenLabs } from "./eleven-labs.ts";
import { closeAll, closers, good, idle, impatient, open } from "./eleven-labs-world.ts";
import type { VoiceConnection } from "./misbehaving-voice.ts";

afterEach(closeAll);

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
    // The silent one, the one that was asked instead, and the next, which opens behind their ends.
    await expect.poll(() => opens(line).length).toBe(3);
    expect(closes(line).length).toBe(2);
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
