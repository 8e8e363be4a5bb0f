/** Thinking over real sockets, with an OpenAI-compatible server on loopback that misbehaves. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { ChatMessage, FunctionCall } from "../conversation/events.ts";
import { messageJson } from "../conversation/message-json.ts";
import type { LlmPatience } from "./attempt.ts";
import { type LlmConfig, think } from "./llm.ts";
import { type Answer, data, done, finish, misbehave, saying, usage, word } from "./misbehaving-model.ts";
import { TokenMeter } from "./token-meter.ts";

const impatient: LlmPatience = {
  hedgeMs: 10_000,
  firstTokenMs: 400,
  stallMs: 400,
  usageMs: 30,
  wholeMs: 10_000,
  lastTryMs: 10_000,
};
const hello: ChatMessage[] = [{ role: "user", content: "Hello." }];
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

interface Heard {
  text: string;
  calls: FunctionCall[] | null;
  faults: string[];
  isFailed: boolean;
  ends: number;
}

/** A second model of the same server, another's, or none at all. */
type Second = "there" | "elsewhere" | "none";
const open = (...plan: Answer[]) => openWith("there", plan);
const openWith = async (place: Second, plan: Answer[]) => {
  const server = await misbehave(...plan);
  closers.push(server.close);
  const meter = new TokenMeter();
  const first = { baseUrl: server.url, apiKey: "k", model: "first" };
  const second = { ...first, apiKey: place === "elsewhere" ? "other" : "k", model: "second" };
  const config: LlmConfig = { ...first, fallback: place === "none" ? undefined : second };
  const ask = async (
    patience: Partial<LlmPatience> = {},
    signal = new AbortController().signal,
    messages = hello,
    heard: Heard = { text: "", calls: null, faults: [], isFailed: false, ends: 0 },
  ): Promise<Heard> => {
    const on = {
      token: (text: string) => {
        heard.text += text;
      },
      done: (calls: FunctionCall[]) => {
        heard.calls = calls;
        heard.ends += 1;
      },
      fault: (message: string) => {
        heard.faults.push(message);
      },
      failed: () => {
        heard.isFailed = true;
        heard.ends += 1;
      },
    };
    const prompt = { messages: [messages.map(messageJson).join()], tools: "[]" };
    await think(config, prompt, meter, signal, on, { ...impatient, ...patience });
    return heard;
  };
  return { server, meter, ask, models: () => server.asked.map(({ model }) => model) };
};

const refusing = (status: number, body: object | string = "", headers = {}): Answer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  pieces: [typeof body === "string" ? body : JSON.stringify(body)],
});

describe("what is sent", () => {
  it("holds the words said before a function together with its call", async () => {
    const { server, ask } = await open(saying("Hi."));
    const calls = [{ id: "1", name: "get_current_time", arguments: "{}" }];
    await ask({}, undefined, [
      { role: "assistant", content: "Let me look.", calls },
      { role: "tool", callId: "1", content: "noon" },
      { role: "assistant", content: "", calls },
    ]);
    expect(server.asked[0]?.messages).toMatchObject([
      { role: "assistant", content: "Let me look.", tool_calls: [{ id: "1", type: "function" }] },
      { role: "tool", tool_call_id: "1", content: "noon" },
      { role: "assistant", content: null },
    ]);
  });

  it("goes over the connection of the turn before", async () => {
    const { server, ask } = await open(saying("Hi."));
    await ask();
    await ask();
    expect(server.asked[0]?.port).toBe(server.asked[1]?.port);
  });
});

describe("an answer", () => {
  it("is heard word by word, however it is cut into pieces, with its tokens counted once", async () => {
    const whole = Buffer.from(
      [word("Héllo "), ": ping\r\n\r\n", word("you."), usage(7, 3), finish(), done].join(""),
    );
    const pieces = Array.from({ length: whole.length }, (_, at) => whole.subarray(at, at + 1));
    const { meter, ask } = await open({ pieces });
    expect(await ask()).toMatchObject({ text: "Héllo you.", calls: [], faults: [], ends: 1 });
    expect(meter.total).toEqual({ input: 7, output: 3 });
  });

  it.each([
    [7.5, 9],
    [-1, 9],
    [1e300, 9],
    [7, "nine"],
  ])("whose count of tokens makes no sense (%s, %s) is heard, and estimated", async (input, output) => {
    const count = { prompt_tokens: input, completion_tokens: output };
    const last = data({ choices: [{ delta: { content: "you." }, finish_reason: "stop" }], usage: count });
    const { meter, ask } = await open({ pieces: [word("Hello "), last, done] });
    expect(await ask()).toMatchObject({ text: "Hello you.", faults: [], ends: 1 });
    expect(meter.total).toEqual({ input: expect.any(Number), output: 3 });
    expect(Number.isSafeInteger(meter.total.input)).toBe(true);
  });

  it("may call functions, whole or in pieces", async () => {
    const part = (tool: object) => data({ choices: [{ delta: { tool_calls: [tool] } }] });
    const { ask } = await open({
      pieces: [
        part({ index: 0, id: "a", function: { name: "calculate", arguments: '{"expre' } }),
        part({ index: 0, function: { arguments: 'ssion":"1"}' } }),
        part({ index: 1, id: "b", function: { name: "end_call", arguments: "{}" } }),
        finish("tool_calls"),
        done,
      ],
    });
    expect((await ask()).calls).toEqual([
      { id: "a", name: "calculate", arguments: '{"expression":"1"}' },
      { id: "b", name: "end_call", arguments: "{}" },
    ]);
  });

  it.each<[string, Answer["pieces"]]>([
    ["is not followed by [DONE]", [word("Hi."), finish()]],
    ["never closes its body", [word("Hi."), finish(), done, "hang"]],
    ["never counts its tokens", [word("Hi."), finish(), "hang"]],
    ["holds a piece that makes no sense", [data("{"), data({ choices: 7 }), word("Hi."), finish(), done]],
    ["has no empty line at its end", [word("Hi."), finish(), "data: [DONE]"]],
  ])("is whole when it %s", async (_, pieces) => {
    const { ask, models } = await open({ pieces });
    expect(await ask()).toMatchObject({ text: "Hi.", isFailed: false, faults: [], ends: 1 });
    expect(models()).toEqual(["first"]);
  });

  it("is told as soon as the model has finished, and what it cost once that is counted", async () => {
    const { server, meter, ask } = await open({ pieces: [word("Hi."), finish(), "wait", usage(7, 3), done] });
    let isOver = false;
    const heard: Heard = { text: "", calls: null, faults: [], isFailed: false, ends: 0 };
    const whole = ask({ usageMs: 5_000 }, undefined, hello, heard);
    void whole.then(() => {
      isOver = true;
    });
    await expect.poll(() => heard.calls).toEqual([]);
    expect([isOver, heard.text]).toEqual([false, "Hi."]);
    expect(meter.total.output).not.toBe(3);
    server.goOn();
    await whole;
    expect(meter.total).toEqual({ input: 7, output: 3 });
    expect(heard.ends).toBe(1);
  });

  it("without an end is stopped, and the server is told", async () => {
    const words = Array.from({ length: 400 }, () => word("again and again and on. "));
    const { server, ask } = await open({ pieces: [...words, "hang"] });
    const heard = await ask();
    expect(heard.text.length).toBeLessThan(8_100);
    expect(heard.calls).toEqual([]);
    await expect.poll(() => server.asked[0]?.isGone).toBe(true);
  });
});

describe("a model that fails before its first word", () => {
  it.each<[string, Answer]>([
    ["answers 500", refusing(500, { error: { message: "boom" } })],
    ["answers 429", refusing(429, { error: { message: "slow down", code: "rate_limit_exceeded" } })],
    ["answers 429 with retry-after", refusing(429, {}, { "retry-after": "20" })],
    ["is not there", refusing(404, { error: { code: "model_not_found" } })],
    ["answers with a page", { headers: { "content-type": "text/html" }, pieces: ["<html>no</html>"] }],
    ["sends garbage", { pieces: Array.from({ length: 9 }, () => data("<html>")) }],
    ["tells of an error in the stream", { pieces: [data({ error: { message: "overloaded" } }), "hang"] }],
    ["closes the connection", { pieces: ["cut"] }],
    ["says nothing", { pieces: ["hang"] }],
    [
      "only says that it is there",
      { pieces: [data({ choices: [{ delta: { role: "assistant" } }] }), "hang"] },
    ],
    ["ends at once", { pieces: [] }],
    ["sends an event without an end", { pieces: [`data: ${"x".repeat(2 << 20)}`, "hang"] }],
    [
      "calls a function with too much",
      {
        pieces: [
          data({ choices: [{ delta: { tool_calls: [{ function: { arguments: "x".repeat(20_000) } }] } }] }),
          "hang",
        ],
      },
    ],
  ])("is followed at once by the second when it %s", async (_, bad) => {
    const { ask, models } = await open(bad, saying("Here ", "I am."));
    expect(await ask()).toMatchObject({ text: "Here I am.", calls: [], isFailed: false, ends: 1 });
    expect(models()).toEqual(["first", "second"]);
  });

  it("is asked once more after the second failed too, when that one's retry-after is over", async () => {
    const { server, ask, models } = await open(
      refusing(503),
      refusing(429, {}, { "retry-after": "0.4" }),
      saying("At last."),
    );
    expect((await ask()).text).toBe("At last.");
    expect(models()).toEqual(["first", "second", "first"]);
    expect((server.asked[2]?.at ?? 0) - (server.asked[1]?.at ?? 0)).toBeGreaterThanOrEqual(400);
  });

  it("is given up when that would take longer than a caller waits", async () => {
    const { ask, models } = await open(refusing(503), refusing(429, {}, { "retry-after": "60" }));
    const heard = await ask();
    expect(heard).toMatchObject({ isFailed: true, ends: 1 });
    expect(heard.faults).toHaveLength(2);
    expect(models()).toHaveLength(2);
  });

  it.each<[string, Answer]>([
    ["key is wrong", refusing(401, { error: { code: "invalid_api_key", message: "no" } })],
    ["key may not", refusing(403)],
    ["money is used up", refusing(429, { error: { code: "insufficient_quota" } })],
    ["money is used up, as Cerebras says it", refusing(402, { message: "pay", code: "payment_required" })],
  ])("is not asked again when the %s", async (_, bad) => {
    const { meter, ask, models } = await open(bad);
    expect(await ask()).toMatchObject({ isFailed: true, ends: 1 });
    expect(models()).toHaveLength(1);
    expect(meter.total).toEqual({ input: 0, output: 0 });
  });

  it.each([401, 402, 403])(
    "is followed by a second with a key of its own when its own is refused with %i",
    async (status) => {
      const { server, ask, models } = await openWith("elsewhere", [refusing(status), saying("Here I am.")]);
      expect((await ask()).text).toBe("Here I am.");
      expect(models()).toEqual(["first", "second"]);
      expect(server.asked.map(({ key }) => key)).toEqual(["k", "other"]);
    },
  );

  it("is asked once more when only the second's key is refused", async () => {
    const { ask, models } = await openWith("elsewhere", [refusing(503), refusing(401), saying("Here I am.")]);
    expect((await ask()).text).toBe("Here I am.");
    expect(models()).toEqual(["first", "second", "first"]);
  });

  it("is given up when each door is shut", async () => {
    const { ask, models } = await openWith("elsewhere", [refusing(401)]);
    expect(await ask()).toMatchObject({ isFailed: true, ends: 1 });
    expect(models()).toEqual(["first", "second"]);
  });

  it("and is the only one is asked again, when its retry-after is over", async () => {
    const { server, ask, models } = await openWith("none", [
      refusing(429, {}, { "retry-after": "0.4" }),
      saying("Here I am."),
    ]);
    expect((await ask()).text).toBe("Here I am.");
    expect(models()).toEqual(["first", "first"]);
    expect((server.asked[1]?.at ?? 0) - (server.asked[0]?.at ?? 0)).toBeGreaterThanOrEqual(400);
  });

  it("and is the only one is given up at once when it asks for longer than a caller waits", async () => {
    const { ask, models } = await openWith("none", [refusing(429, {}, { "retry-after": "60" })]);
    expect(await ask()).toMatchObject({ isFailed: true, ends: 1 });
    expect(models()).toHaveLength(1);
  });

  it("and is nowhere at all is a failure, told in words", async () => {
    const { server, ask } = await open();
    server.close();
    const heard = await ask();
    expect(heard).toMatchObject({ text: "", isFailed: true, ends: 1 });
    expect(heard.faults.join()).toContain("ECONNREFUSED");
  });
});

describe("a model that is slow", () => {
  it("is raced by the second, which is heard, and the first is stopped", async () => {
    const slow: Answer = { pieces: [400, word("Too late."), finish(), done] };
    const { server, ask, models } = await open(slow, saying("Quick."));
    expect(await ask({ hedgeMs: 20, firstTokenMs: 2_000 })).toMatchObject({ text: "Quick.", ends: 1 });
    expect(models()).toEqual(["first", "second"]);
    await expect.poll(() => server.asked[0]?.isGone).toBe(true);
  });

  it("may still win", async () => {
    const slow: Answer = { pieces: [80, word("Just in time."), finish(), done] };
    const { server, ask } = await open(slow, { pieces: ["hang"] });
    expect((await ask({ hedgeMs: 20, firstTokenMs: 2_000 })).text).toBe("Just in time.");
    await expect.poll(() => server.asked[1]?.isGone).toBe(true);
  });
});

describe("a model that fails amid its words", () => {
  it.each<[string, Answer["pieces"]]>([
    ["falls silent", [word("I was "), "hang"]],
    ["closes the connection", [word("I was "), 20, "cut"]],
    ["breaks off", [word("I was ")]],
    ["tells of an error", [word("I was "), data({ error: { message: "overloaded" } }), "hang"]],
  ])("is not begun again when it %s", async (_, pieces) => {
    const { ask, models } = await open({ pieces }, saying("Something else."));
    expect(await ask()).toMatchObject({ text: "I was ", isFailed: true, ends: 1 });
    expect(models()).toEqual(["first"]);
  });
});

describe("a thought that nobody wants any more", () => {
  it("ends in silence, and what it cost until then is counted", async () => {
    const { server, meter, ask } = await open({ pieces: [word("Once upon a time"), "hang"] });
    const abort = new AbortController();
    const asking = ask({ stallMs: 5_000 }, abort.signal);
    await expect.poll(() => meter.total.output).toBe(4);
    abort.abort();
    expect(await asking).toMatchObject({ ends: 0, faults: [] });
    expect(meter.total.input).toBeGreaterThan(0);
    await expect.poll(() => server.asked[0]?.isGone).toBe(true);
  });
});

describe("anything that a server may send", () => {
  const whole = [word("One "), word("two."), usage(7, 3), finish(), done].join("");
  const mutated = fc
    .array(
      fc.record({
        at: fc.nat(whole.length),
        cut: fc.nat(60),
        put: fc.oneof(fc.constantFrom("", "\n\n", "data: ", "\u0000", done, word("x"), "}"), fc.string()),
      }),
      { maxLength: 4 },
    )
    .map((changes) =>
      changes.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), whole),
    );
  const answer = fc.record({
    status: fc.oneof({ weight: 8, arbitrary: fc.constant(200) }, fc.constantFrom(204, 302, 429, 500, 529)),
    text: mutated,
    end: fc.constantFrom<"hang" | "cut" | "">("", "", "hang", "cut"),
  });

  it("ends in words or in a failure, once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 3 }), async (answers) => {
        const plan = answers.map(({ status, text, end }) => ({
          status,
          pieces: [text, ...(end === "" ? [] : [end])],
        }));
        const { server, ask } = await open(...plan);
        const heard = await ask({ firstTokenMs: 20, stallMs: 20, usageMs: 10, lastTryMs: 0 });
        server.close();
        expect(heard.ends).toBe(1);
        expect(heard.isFailed || heard.calls !== null).toBe(true);
      }),
      { numRuns: 60, seed: 4 },
    );
  }, 30_000);
});
