/** Hearing over real sockets, with a server on loopback that misbehaves. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { spoiled } from "../testing/spoiled.ts";
import { openDeepgram } from "./deepgram.ts";
import type { Hearing, HearingEvent } from "./hearing.ts";
import { usualPatience } from "./listening.ts";
import { type Connection, misbehave } from "./misbehaving-server.ts";

const impatient = {
  ...usualPatience,
  stallMs: 300,
  lookMs: 20,
  backOff: { firstMs: 10, mostMs: 20 },
};

const within = { timeout: 5_000 };
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const listenTo = async (
  plan: Parameters<typeof misbehave>[0],
  model = "nova-3",
  awayMs = usualPatience.awayMs,
) => {
  const server = await misbehave(plan);
  const events: HearingEvent[] = [];
  const hearing: Hearing = openDeepgram(
    { url: server.url, apiKey: "k", model, isEager: true },
    (event) => events.push(event),
    { ...impatient, awayMs },
  );
  let spoken = 0;
  closers.push(server.close, hearing.close);
  return {
    server,
    events,
    hearing,
    of: <Type extends HearingEvent["type"]>(type: Type) =>
      events.filter((event): event is HearingEvent & { type: Type } => event.type === type),
    /** Frames of 20 ms, each of its own number. */
    speak: (frames: number, isSpeech = true) => {
      for (let count = 0; count < frames; count += 1)
        hearing.hear(Buffer.alloc(160, spoken++ % 200), isSpeech);
    },
    connection: async (index: number): Promise<Connection> => {
      await expect.poll(() => server.connections[index], within).toBeDefined();
      const found = server.connections[index];
      if (!found) throw new Error("There is no such connection.");
      return found;
    },
  };
};

const result = (transcript: string, start: number, duration: number, kind: "interim" | "final" | "end") => ({
  type: "Results",
  start,
  duration,
  is_final: kind !== "interim",
  speech_final: kind === "end",
  channel: { alternatives: [{ transcript, words: [{ start, end: start + duration }] }] },
});
const idle = () => {};

it.each([
  ["nova-3", "language=multi"],
  ["nova-3-medical", "language=en"],
])("%s hears %s", async (model, language) => {
  const { request } = await (await listenTo([idle], model)).connection(0);
  expect(new URLSearchParams(request.url).get("language") ?? "en").toBe(language.split("=")[1]);
});

it("is given frames one by one while a turn goes on or may end, and 100 ms at a time in other silence", async () => {
  const sizes: number[] = [];
  const { connection, of, speak } = await listenTo([
    ({ socket }) =>
      socket.on("message", (data, isBinary) => {
        if (isBinary && Buffer.isBuffer(data)) sizes.push(data.length / 160);
      }),
  ]);
  const { say } = await connection(0);
  /** Sizes, in frames, of what came for so many frames. */
  const given = async (frames: number, isSpeech: boolean, messages: number) => {
    sizes.length = 0;
    speak(frames, isSpeech);
    await expect.poll(() => sizes, within).toHaveLength(messages);
    return new Set(sizes);
  };
  speak(1, true);
  await expect.poll(() => sizes, within).toHaveLength(1);
  expect(await given(5, true, 5)).toEqual(new Set([1]));
  expect(await given(5, false, 5)).toEqual(new Set([1]));
  say(result("Hello.", 0, 0.2, "end"));
  await expect.poll(() => of("turn-ended"), within).toHaveLength(1);
  expect(await given(10, false, 2)).toEqual(new Set([5]));
  expect(await given(5, true, 5)).toEqual(new Set([1]));
  // Nobody makes words of it: after a second it is silence.
  expect(await given(49, false, 49)).toEqual(new Set([1]));
  expect(await given(10, false, 2)).toEqual(new Set([5]));
});

describe("a socket that breaks amid a turn", () => {
  it("loses neither the words so far nor the sound that nobody understood yet", async () => {
    const call = await listenTo([idle]);
    const first = await call.connection(0);
    call.speak(10);
    await expect.poll(() => first.frames.length).toBe(10);
    first.say(result("My number is", 0, 0.1, "final"));
    first.say(result("for", 0.1, 0.1, "interim"));
    await expect.poll(() => call.of("words").at(-1)?.text).toBe("My number is for");
    first.socket.terminate();
    call.speak(3);
    const second = await call.connection(1);
    await expect.poll(() => second.frames).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    second.say(result("four one", 0, 0.1, "end"));
    await expect.poll(() => call.of("turn-ended")).toHaveLength(1);
    // 13 frames were heard, and the last word ended 200 ms into them.
    expect(call.of("turn-ended")[0]).toEqual({
      type: "turn-ended",
      text: "My number is four one",
      startedAgoMs: 260,
      endpointingMs: 60,
    });
  });

  it("ends the turn also when nothing but silence follows", async () => {
    const call = await listenTo([idle]);
    const first = await call.connection(0);
    call.speak(10);
    first.say(result("That is all.", 0, 0.2, "final"));
    await expect.poll(() => call.of("words")).toHaveLength(1);
    first.socket.terminate();
    await call.connection(1);
    await expect
      .poll(() => {
        call.speak(10, false);
        return call.of("turn-ended").map(({ text }) => text);
      }, within)
      .toEqual(["That is all."]);
  });

  it.each([
    ["closes", ({ socket }: Connection) => socket.close(1011)],
    ["half-closes", ({ request }: Connection) => request.socket.end()],
    ["sends a message that is too large", ({ say }: Connection) => say(`"${"a".repeat(2 << 20)}"`)],
    ["sends a broken frame", ({ request }: Connection) => request.socket.write(Buffer.alloc(64, 0xff))],
    [
      "sends nothing but garbage",
      ({ say }: Connection) => {
        for (let count = 0; count < 30; count += 1) say("<html>");
      },
    ],
  ])("is followed by another when it %s", async (_, breakIt) => {
    const call = await listenTo([idle]);
    breakIt(await call.connection(0));
    const next = await call.connection(1);
    next.say(result("Hello.", 0, 1, "end"));
    await expect.poll(() => call.of("turn-ended").map(({ text }) => text)).toEqual(["Hello."]);
    expect(call.of("fault").length).toBeGreaterThan(0);
    expect(call.of("failed")).toEqual([]);
  });

  it("is given up when it breaks again and again, and is not asked without a pause", async () => {
    const call = await listenTo([({ socket }) => socket.close(1011)]);
    await expect.poll(() => call.of("failed")).toHaveLength(1);
    expect(call.server.asked()).toBe(impatient.mostFailures);
  });
});

describe("a turn that nova leaves open", () => {
  const bye = result("Bye.", 20, 0.5, "end");
  const begun = async () => {
    const call = await listenTo([idle]);
    const { say } = await call.connection(0);
    call.speak(50);
    return { call, say };
  };
  /** Silence as it comes on the telephone, until so many turns are over. */
  const turnsBySilence = async (call: Awaited<ReturnType<typeof listenTo>>, count: number) => {
    await expect
      .poll(() => {
        call.speak(10, false);
        return call.of("turn-ended");
      }, within)
      .toHaveLength(count);
    return call.of("turn-ended");
  };

  it("ends by silence with all its words, and whatever ends it late ends nothing more", async () => {
    const { call, say } = await begun();
    say(result("That is", 0, 0.5, "final"));
    say(result("all.", 0.5, 0.4, "interim"));
    await expect.poll(() => call.of("words")).toHaveLength(2);
    const [turn] = await turnsBySilence(call, 1);
    expect(turn?.text).toBe("That is all.");
    expect(turn?.endpointingMs).toBeGreaterThanOrEqual(2_500);
    say(result("all.", 0.5, 0.4, "final"));
    say(result("", 0.9, 1, "end"));
    say({ type: "UtteranceEnd", channel: [0, 1], last_word_end: 0.9 });
    call.speak(1_000, false);
    say(bye);
    await expect.poll(() => call.of("turn-ended").map(({ text }) => text)).toEqual(["That is all.", "Bye."]);
    expect(call.of("words")).toHaveLength(2);
  });

  it("is not ended by frames that come while the caller speaks", async () => {
    const { call, say } = await begun();
    say(result("That is", 0, 0.5, "final"));
    await expect.poll(() => call.of("words")).toHaveLength(1);
    const { openedAt } = await call.connection(0);
    await expect
      .poll(() => {
        say(result("", 0.5, 0.5, "interim"));
        call.speak(20);
        return performance.now() - openedAt > 1_500;
      }, within)
      .toBe(true);
    expect(call.of("turn-ended")).toEqual([]);
  });

  it("is not ended by silence that comes all at once, which nobody had time to answer", async () => {
    const { call, say } = await begun();
    const { openedAt } = await call.connection(0);
    say(result("That is", 0, 0.5, "final"));
    await expect
      .poll(() => call.of("words").length === 1 && performance.now() - openedAt > 1_100, within)
      .toBe(true);
    call.speak(60, false);
    call.hearing.hear(Buffer.alloc(12_000, 0xff), false);
    say(result("all.", 0.5, 0.5, "end"));
    await expect.poll(() => call.of("turn-ended").map(({ text }) => text)).toEqual(["That is all."]);
  });

  it("and of whose words nothing is left ends without any", async () => {
    const { call, say } = await begun();
    say(result("Um", 0.2, 0.5, "interim"));
    say(result("", 0, 1, "final"));
    await expect.poll(() => call.of("turn-ended")).toHaveLength(1);
    // A second was heard, and the words stood from 200 to 700 ms.
    expect(call.of("turn-ended")[0]).toMatchObject({ text: "", startedAgoMs: 800, endpointingMs: 300 });
    call.speak(1_000, false);
    say(bye);
    await expect.poll(() => call.of("turn-ended").map(({ text }) => text)).toEqual(["", "Bye."]);
  });
});

describe("a socket that stalls", () => {
  it("is replaced when speech was sent and nothing came back", async () => {
    const call = await listenTo([idle]);
    const first = await call.connection(0);
    call.speak(60);
    await expect.poll(() => first.frames.length).toBe(60);
    const second = await call.connection(1);
    await expect.poll(() => second.frames.length).toBe(60);
  });

  it("is left alone while nobody speaks", async () => {
    const call = await listenTo([idle]);
    const first = await call.connection(0);
    for (let count = 0; count < 60; count += 1) call.hearing.hear(Buffer.alloc(160, 0xff), false);
    await expect.poll(() => performance.now() - first.openedAt > 4 * impatient.stallMs).toBe(true);
    expect(call.server.asked()).toBe(1);
  });
});

describe("a refusal", () => {
  it.each([401, 402, 403, 400])("with %i is final and says so", async (status) => {
    const call = await listenTo([{ status }]);
    await expect.poll(() => call.of("failed")).toHaveLength(1);
    expect(call.of("fault").map(({ message }) => message)).toEqual([
      `Deepgram refused the connection with status ${status}.`,
      `Deepgram refused the connection with status ${status}.`,
    ]);
    // One for each model.
    expect(call.server.asked()).toBe(2);
  });

  it("with 429 is taken as long as it asks for, and no sound is lost meanwhile", async () => {
    const from = performance.now();
    const call = await listenTo([{ status: 429, headers: { "retry-after": "1" } }, idle]);
    call.speak(5);
    const second = await call.connection(0);
    expect(performance.now() - from).toBeGreaterThanOrEqual(1_000);
    await expect.poll(() => second.frames).toEqual([0, 1, 2, 3, 4]);
  });

  it("with 429 that asks for longer than a call can wait is final", async () => {
    const call = await listenTo([{ status: 429, headers: { "retry-after": "3600" } }]);
    await expect.poll(() => call.of("failed")).toHaveLength(1);
    expect(call.server.asked()).toBe(2);
  });

  it("with 503 is tried again", async () => {
    const call = await listenTo([{ status: 503 }, idle]);
    const { request } = await call.connection(0);
    expect(request.url).toContain("model=nova-3");
    expect(call.of("failed")).toEqual([]);
  });
});

describe("a model that cannot be had", () => {
  it.each([
    ["flux-general-en", "model=nova-3&"],
    ["nova-3", "model=flux-general-multi&"],
  ])("as %s, refused, is followed by another, which is given all the sound", async (model, other) => {
    const call = await listenTo([{ status: 403 }, idle], model);
    call.speak(5);
    const second = await call.connection(0);
    expect(second.request.url).toContain(other);
    await expect.poll(() => second.frames).toEqual([0, 1, 2, 3, 4]);
    expect(call.of("failed")).toEqual([]);
  });

  const results = (text: string) => result(text, 0, 0.1, "final");
  const info = (transcript: string, until: number) => ({
    type: "TurnInfo",
    sequence_id: 1,
    event: "Update",
    turn_index: 0,
    audio_window_start: 0,
    audio_window_end: until,
    transcript,
    words: transcript.split(" ").map((word, at) => ({ word, start: at / 10, end: at / 10 + 0.1 })),
  });
  it.each([
    ["flux-general-en", info("My number is four", 0.4), result("is four one.", 0, 0.2, "end"), [10, 11, 12]],
    ["nova-3", results("My number"), { ...info("is four one.", 0.2), event: "EndOfTurn" }, [5, 6, 7]],
  ])(
    "as %s, broken again and again, leaves the other its words and what it did not understand",
    async (model, said, rest, frames) => {
      const call = await listenTo([idle, ({ socket }) => socket.terminate(), idle], model);
      const first = await call.connection(0);
      call.speak(25);
      await expect.poll(() => first.frames.length).toBe(25);
      first.say(said);
      await expect.poll(() => call.of("words")).toHaveLength(1);
      first.socket.terminate();
      const third = await call.connection(2);
      expect(third.request.url).not.toContain(model);
      await expect.poll(() => third.frames.slice(0, 3)).toEqual(frames);
      third.say(rest);
      await expect
        .poll(() => call.of("turn-ended").map(({ text }) => text))
        .toEqual(["My number is four one."]);
    },
  );
});

describe("a line that is away for long", () => {
  const states = (call: Awaited<ReturnType<typeof listenTo>>) =>
    call.events.flatMap(({ type }) => (type === "away" || type === "back" ? [type] : []));

  it("says so once, and when it is back", async () => {
    const call = await listenTo([{ status: 429, headers: { "retry-after": "0.6" } }, idle], "nova-3", 200);
    await expect.poll(() => states(call), within).toEqual(["away"]);
    await expect.poll(() => states(call), within).toEqual(["away", "back"]);
  });

  it("is not back before it says something of the speech that it was sent", async () => {
    const call = await listenTo([idle], "nova-3", 200);
    const first = await call.connection(0);
    call.speak(60);
    await expect.poll(() => states(call), within).toEqual(["away"]);
    const second = await call.connection(1);
    await expect.poll(() => second.frames.length).toBe(60);
    expect(states(call)).toEqual(["away"]);
    expect(first.frames.length).toBe(60);
    second.say(result("Hello.", 0, 1, "end"));
    await expect.poll(() => states(call)).toEqual(["away", "back"]);
  });
});

describe("messages that make no sense", () => {
  it("are told once as a fault, and what follows is heard", async () => {
    const call = await listenTo([idle]);
    const { say } = await call.connection(0);
    const whole = JSON.stringify(result("Hello.", 0, 1, "end"));
    for (const message of ["", "null", "[]", '{"type":"Results"}', whole.slice(0, 40)]) say(message);
    say({ type: "SomethingNew" });
    say(whole);
    await expect.poll(() => call.of("turn-ended")).toHaveLength(1);
    expect(call.of("fault")).toHaveLength(1);
  });

  it("after the end are not heard", async () => {
    const call = await listenTo([idle]);
    const { say, socket } = await call.connection(0);
    const closing = new Promise((resolve) => socket.once("message", resolve));
    call.hearing.close();
    await closing;
    say(result("Too late.", 0, 1, "end"));
    socket.close(1000);
    await new Promise((resolve) => socket.once("close", resolve));
    expect(call.events).toEqual([]);
  });
});

describe("anything that the provider may send", () => {
  const junk = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom<object>(
      { type: "Results" },
      { type: "SpeechStarted", timestamp: 1 },
      { type: "UtteranceEnd", last_word_end: -1 },
      { type: "TurnInfo", event: "EndOfTurn" },
      { type: "Metadata" },
      result("", 0, 0, "final"),
    ),
    spoiled(result("zzz", 0.5, 0.4, "final"), { type: "UtteranceEnd", last_word_end: 1 }),
  );
  const some = fc.array(junk, { maxLength: 5 });

  it("leaves the turns of a call whole, each once, doubled and late though they come", async () => {
    await fc.assert(
      fc.asyncProperty(some, some, some, fc.boolean(), async (before, amid, after, isDoubled) => {
        const call = await listenTo([idle]);
        const { say } = await call.connection(0);
        call.speak(300, false);
        const first = result("Hello", 1, 1, "final");
        const last = result("there.", 2, 1, "end");
        for (const each of [...before, first, ...amid, ...(isDoubled ? [first] : []), last]) say(each);
        for (const each of [...after, ...(isDoubled ? [first, last] : []), result("Bye.", 5, 1, "end")])
          say(each);
        await expect
          .poll(() => call.of("turn-ended").map(({ text }) => text))
          .toEqual(["Hello there.", "Bye."]);
        expect(call.of("failed")).toEqual([]);
        call.hearing.close();
        call.server.close();
      }),
      { numRuns: 60, seed: 3 },
    );
  }, 30_000);
});

describe("flux", () => {
  const turn = (sequence_id: number, event: string, transcript: string, until: number, turn_index = 0) => ({
    type: "TurnInfo",
    sequence_id,
    event,
    turn_index,
    audio_window_start: 0,
    audio_window_end: until,
    transcript,
    words: transcript
      .split(" ")
      .filter(Boolean)
      .map((word, index) => ({ word, start: index / 10, end: index / 10 + 0.08 })),
  });

  it("tells that a turn may be over, that it goes on, and that it is over", async () => {
    const call = await listenTo([idle], "flux-general-en");
    const { say, request } = await call.connection(0);
    expect(request.url).toContain("/v2/listen?model=flux-general-en");
    say({ type: "Connected", request_id: "r", sequence_id: 0 });
    say(turn(1, "StartOfTurn", "Well", 0.1));
    say(turn(2, "EagerEndOfTurn", "Well", 0.3));
    say(turn(3, "TurnResumed", "Well", 0.4));
    say(turn(4, "Update", "Well then.", 0.5));
    say(turn(4, "Update", "Well then.", 0.5));
    say(turn(2, "EagerEndOfTurn", "Well", 0.3));
    say(turn(5, "EagerEndOfTurn", "Well then.", 0.6));
    say(turn(6, "EndOfTurn", "Well then.", 0.7));
    say(turn(6, "EndOfTurn", "Well then.", 0.7));
    say(turn(7, "Update", "Well then.", 0.8));
    await expect.poll(() => call.of("turn-ended")).toHaveLength(1);
    expect(call.events.map((event) => [event.type, "text" in event ? event.text : ""])).toEqual([
      ["words", "Well"],
      ["eager-turn", "Well"],
      ["turn-resumed", ""],
      ["words", "Well then."],
      ["eager-turn", "Well then."],
      ["turn-ended", "Well then."],
    ]);
  });

  it("hears the last two words again when its socket breaks, and keeps those before", async () => {
    const call = await listenTo([idle], "flux-general-en");
    const first = await call.connection(0);
    call.speak(25);
    await expect.poll(() => first.frames.length).toBe(25);
    first.say(turn(1, "Update", "one two three fo", 0.4));
    await expect.poll(() => call.of("words")).toHaveLength(1);
    first.socket.terminate();
    const second = await call.connection(1);
    await expect.poll(() => second.frames[0]).toBe(10);
    second.say(turn(1, "EndOfTurn", "three four", 0.3));
    await expect.poll(() => call.of("turn-ended").map(({ text }) => text)).toEqual(["one two three four"]);
  });

  it("leaves the turns of a call whole, each once, whatever else is sent and whatever numbers it holds", async () => {
    const junk = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom<object>({ type: "TurnInfo" }, { type: "Connected", sequence_id: 1e9 }),
      spoiled(turn(3, "EndOfTurn", "zzz", 0.5)),
    );
    const some = fc.array(junk, { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(some, some, some, async (before, amid, after) => {
        const call = await listenTo([idle], "flux-general-en");
        const { say } = await call.connection(0);
        call.speak(100, false);
        for (const each of [...before, turn(1, "Update", "Hello", 0.5), ...amid]) say(each);
        for (const each of [turn(2, "EndOfTurn", "Hello there.", 1), ...after]) say(each);
        say(turn(3, "EndOfTurn", "Bye.", 1.5, 1));
        await expect
          .poll(() => call.of("turn-ended").map(({ text }) => text))
          .toEqual(["Hello there.", "Bye."]);
        for (const { startedAgoMs } of call.of("turn-ended")) {
          expect(startedAgoMs).toBeGreaterThanOrEqual(0);
          expect(startedAgoMs).toBeLessThanOrEqual(2_000);
        }
        expect(call.of("failed")).toEqual([]);
        call.hearing.close();
        call.server.close();
      }),
      { numRuns: 30, seed: 4 },
    );
  }, 30_000);
});
