import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Faults } from "../faults.ts";
import { type ServedProvider, serveProvider } from "../testing/serve-provider.ts";
import { createLlm } from "./index.ts";

const faults = new Faults();
let served: ServedProvider;
beforeAll(async () => {
  served = await serveProvider(createLlm({ llm: { apiKey: "llm-key" }, isRealLatency: false }, faults));
});
afterAll(() => served.close());
beforeEach(() => faults.clear("llm"));

interface Message {
  role: string;
  content: string | null;
  tool_calls?: { id: string; type: string; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}

const system = { role: "system", content: "You are Luna, a cheerful companion. Keep answers short." };
const user = (content: string): Message => ({ role: "user", content });
const assistant = (content: string): Message => ({ role: "assistant", content });
const tool = (name: string, properties: object = {}, required: string[] = []) => ({
  type: "function",
  function: { name, description: "", parameters: { type: "object", properties, required } },
});

const post = (body: unknown, headers: Record<string, string> = {}, signal: AbortSignal | null = null) =>
  fetch(`${served.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer llm-key", "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
    signal,
  });

const ask = async (messages: Message[], tools?: unknown[]): Promise<Message> => {
  const response = await post({ model: "m", messages: [system, ...messages], ...(tools ? { tools } : {}) });
  expect(response.status).toBe(200);
  return Object(await response.json()).choices[0].message;
};

interface Chunk {
  choices: { delta: { content?: string; tool_calls?: unknown[] }; finish_reason: string | null }[];
  usage?: { total_tokens: number } | null;
}

/** Reads a stream to the end of its body, as a client does that waits for more than `[DONE]`. */
const stream = async (body: object): Promise<{ chunks: Chunk[]; last: string | undefined }> => {
  const events = (await (await post({ model: "m", stream: true, ...body })).text()).trim().split("\n\n");
  const last = events.pop();
  return { chunks: events.map((event) => JSON.parse(event.replace(/^data: /, ""))), last };
};

describe("a conversation", () => {
  it("greets as the persona, and says honestly what it is", async () => {
    expect((await ask([])).content).toContain("Luna");
    expect((await ask([user("Who are you?")])).content).toMatch(/Luna, an AI.*companion/);
  });

  it("remembers the caller's name", async () => {
    const messages = [
      user("My name is Ada."),
      assistant("It is a pleasure to meet you, Ada."),
      user("What is my name?"),
    ];
    expect((await ask(messages)).content).toContain("Ada");
  });

  it("quotes from the history what was said, without stage directions", async () => {
    const history = [
      user("I like trains."),
      assistant("Once, in a harbour [interrupted]"),
      user("What did you say?"),
    ];
    expect((await ask(history)).content).toBe('I said: "Once, in a harbour"');
    expect((await ask([...history.slice(0, 2), user("what did i say")])).content).toBe(
      'You said: "I like trains."',
    );
  });

  it("gives the same answer to the same words, and talks about what was said", async () => {
    const messages = [user("Yesterday I planted tomatoes on the balcony.")];
    const first = (await ask(messages)).content;
    expect(first).toMatch(/tomatoes|balcony|planted/);
    expect((await ask(messages)).content).toBe(first);
  });

  it("tells a story of six sentences or more, and stops for a word", async () => {
    const story = (await ask([user("Tell me a long story, please.")])).content ?? "";
    expect(story.split(/[.!?]\s/).length).toBeGreaterThanOrEqual(6);
    expect((await ask([user("Wait.")])).content).toContain("listening");
  });
});

describe("functions", () => {
  const clock = tool("get_current_time");

  it("asks for the time, and says the answer in words", async () => {
    const called = await ask([user("what time is it")], [clock]);
    expect(called.content).toBeNull();
    const [call] = called.tool_calls ?? [];
    expect(call?.function).toEqual({ name: "get_current_time", arguments: "{}" });
    const answered = { role: "tool", tool_call_id: call?.id ?? "", content: '{"time":"14:05"}' };
    const said = await ask([user("what time is it"), called, answered], [clock]);
    expect(said.content).toBe("It is two oh five in the afternoon right now.");
  });

  it("fills a calculator's arguments by its schema", async () => {
    const text = user("What is twelve times 7?");
    const byExpression = tool("calculate", { expression: { type: "string" } }, ["expression"]);
    const byParts = tool(
      "calculate",
      { operation: { enum: ["add", "multiply"] }, a: { type: "number" }, b: { type: "number" } },
      ["operation", "a", "b"],
    );
    const argumentsFor = async (offered: unknown) =>
      JSON.parse((await ask([text], [offered])).tool_calls?.[0]?.function.arguments ?? "null");
    expect(await argumentsFor(byExpression)).toEqual({ expression: "12 * 7" });
    expect(await argumentsFor(byParts)).toEqual({ operation: "multiply", a: 12, b: 7 });
    expect((await ask([text])).content).toBe("Twelve times seven is eighty-four.");
  });

  it("says goodbye and ends the call in one answer", async () => {
    const said = await ask(
      [user("Okay, goodbye!")],
      [clock, tool("end_call", { reason: { type: "string" } })],
    );
    expect(said.content).toMatch(/^Goodbye/);
    expect(said.tool_calls?.[0]?.function.name).toBe("end_call");
  });

  it("says a failure in words instead of reading it out", async () => {
    const called = await ask([user("what time is it")], [clock]);
    const failed = {
      role: "tool",
      tool_call_id: called.tool_calls?.[0]?.id ?? "",
      content: '{"error":"ETIMEDOUT"}',
    };
    const said = await ask([user("what time is it"), called, failed], [clock]);
    expect(said.content).toMatch(/sorry/);
    expect(said.content).not.toContain("ETIMEDOUT");
  });
});

describe("a stream", () => {
  it("gives role, tokens, function call, finish and usage in OpenAI's order, then closes", async () => {
    const { chunks, last } = await stream({
      messages: [system, user("goodbye")],
      tools: [tool("end_call", { reason: { type: "string" } }, ["reason"])],
      stream_options: { include_usage: true },
    });
    expect(last).toBe("data: [DONE]");
    expect(chunks[0]?.choices[0]?.delta).toMatchObject({ role: "assistant", content: "" });
    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
    expect(text).toBe("Goodbye. It was lovely talking with you.");
    const calls = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    const parts = calls.map((call) => Object(call).function.arguments).join("");
    expect(JSON.parse(parts)).toHaveProperty("reason");
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("tool_calls");
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
  });

  it("stops at the token limit", async () => {
    const { chunks } = await stream({
      messages: [system, user("Tell me a story")],
      max_completion_tokens: 5,
    });
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("length");
    expect(chunks).toHaveLength(7);
  });

  it("keeps the first token back as long as a fault says, and breaks off when told to", async () => {
    faults.set("llm", { firstByteMs: 120 });
    const startedAt = performance.now();
    await stream({ messages: [user("hi")] });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(119);
    faults.set("llm", { firstByteMs: 0, dropAfterMs: 20 });
    await expect(stream({ messages: [user("Tell me a story")] })).rejects.toThrow();
  });

  it("ends its work when the client goes away", async () => {
    faults.set("llm", { firstByteMs: 60_000 });
    const abort = new AbortController();
    const response = await post({ model: "m", stream: true, messages: [user("hi")] }, {}, abort.signal);
    abort.abort();
    await expect(response.text()).rejects.toThrow();
  });
});

describe("bad requests", () => {
  it.each([
    ["{", 400, null],
    ['{"messages":[]}', 400, null],
    ['{"model":"m","messages":[]}', 400, "empty_array"],
    ['{"model":"m","messages":[{"role":"robot","content":"x"}]}', 400, "invalid_value"],
    ['{"model":"m","messages":[{"role":"tool","content":"x","tool_call_id":"none"}]}', 400, null],
    ['{"model":"missing-model","messages":[{"role":"user","content":"x"}]}', 404, "model_not_found"],
  ])("answers %s with %i in OpenAI's shape", async (body, status, code) => {
    const response = await post(body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { type: "invalid_request_error", code } });
  });

  it("refuses a wrong key", async () => {
    const response = await post("{}", { authorization: "Bearer nope" });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: "invalid_api_key" } });
  });

  it("lists its models", async () => {
    const response = await fetch(`${served.url}/v1/models`, { headers: { authorization: "Bearer llm-key" } });
    expect(Object(await response.json()).data.length).toBeGreaterThan(0);
  });
});
