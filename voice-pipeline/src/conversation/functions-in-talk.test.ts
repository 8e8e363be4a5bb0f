/** What the persona does amid its words: functions, the end of the call, and the order in which the model sees them. */
import { describe, expect, it } from "vitest";
import type { FunctionCall } from "./events.ts";
import { greeted } from "./virtual-call.ts";

const lookUp: FunctionCall = { id: "1", name: "get_current_time", arguments: "{}" };
const hangUp: FunctionCall = { id: "2", name: "end_call", arguments: "{}" };

const asked = () => {
  const call = greeted();
  call.tell({ type: "turn-ended", at: 6000, text: "What time is it?", startedAt: 5000, endpointingMs: 300 });
  const request = () => call.last("think")?.request ?? 0;
  const done = (at: number, calls: FunctionCall[]) =>
    call.tell({ type: "thought", at, request: request(), calls });
  const token = (at: number, text: string) => call.tell({ type: "token", at, request: request(), text });
  const returned = (at: number, result = "noon") =>
    call.tell({ type: "function-done", at, request: request(), callId: "1", result });
  return { ...call, request, done, token, returned };
};

describe("end_call beside another function", () => {
  it("ends the call once the answer to that function was heard", () => {
    const call = asked();
    call.done(6100, [lookUp, hangUp]);
    call.returned(6200);
    call.token(6300, "It is noon, goodbye.");
    call.done(6400, []);
    call.tell({ type: "frame-sent", at: 6500, utterance: call.speaking() });
    call.tell({ type: "played", at: 8000, utterance: call.speaking() });
    expect(call.last("end")).toEqual({ type: "end", reason: "persona_goodbye", fault: "none" });
  });

  it("ends it also when the model fails after the function, with a goodbye", () => {
    const call = asked();
    call.done(6100, [lookUp, hangUp]);
    call.returned(6200);
    call.tell({ type: "thinking-failed", at: 6300, request: call.request() });
    expect(call.last("say")?.text).toContain("Goodbye");
    call.tell({ type: "frame-sent", at: 6500, utterance: call.speaking() });
    call.tell({ type: "played", at: 8000, utterance: call.speaking() });
    expect(call.last("end")?.reason).toBe("persona_goodbye");
  });

  it("is forgotten when the caller takes the turn before it", () => {
    const call = asked();
    call.done(6100, [lookUp, hangUp]);
    call.tell({ type: "turn-ended", at: 6150, text: "No, wait.", startedAt: 6100, endpointingMs: 300 });
    call.token(6300, "I am here.");
    call.done(6400, []);
    call.tell({ type: "frame-sent", at: 6500, utterance: call.speaking() });
    call.tell({ type: "played", at: 8000, utterance: call.speaking() });
    expect(call.last("end")).toBeUndefined();
  });
});

describe("a function that the caller does not wait for", () => {
  const calls = [lookUp];
  const content = expect.stringContaining("Do not ask it again");

  it.each([
    ["before anything was heard", false],
    ["over the words before it", true],
  ])("stands in what the model reads, %s, and its answer once it comes", (_, isHeard) => {
    const call = asked();
    call.token(6050, "Let me look.");
    call.done(6100, calls);
    const first = call.request();
    if (isHeard) call.tell({ type: "frame-sent", at: 6150, utterance: call.speaking() });
    call.tell({ type: "turn-ended", at: 6400, text: "Great, thanks.", startedAt: 6200, endpointingMs: 300 });
    if (isHeard) call.tell({ type: "held", at: 6410, utterance: call.speaking(), heard: "Let me" });
    expect(call.last("think")?.history).toEqual(
      expect.arrayContaining([
        { role: "assistant", content: isHeard ? "Let me" : "", calls },
        { role: "tool", callId: "1", content },
        { role: "user", content: "Great, thanks." },
      ]),
    );
    call.tell({ type: "function-done", at: 6500, request: first, callId: "1", result: "noon" });
    call.tell({ type: "turn-ended", at: 9000, text: "Hello?", startedAt: 8500, endpointingMs: 300 });
    expect(call.last("think")?.history).toContainEqual({ role: "tool", callId: "1", content: "noon" });
    expect(call.last("think")?.history).not.toContainEqual({ role: "tool", callId: "1", content });
  });
});

describe("words before a function", () => {
  const told = () => {
    const call = asked();
    call.token(6050, "Let me look.");
    call.done(6100, [lookUp]);
    call.tell({ type: "frame-sent", at: 6150, utterance: call.speaking() });
    call.returned(6200);
    return call;
  };
  const tool = { role: "tool", callId: "1", content: "noon" };

  it("stand before it in what the model reads, and only the rest after it", () => {
    const call = told();
    expect(call.last("think")?.history.slice(-2)).toEqual([
      { role: "assistant", content: "Let me look.", calls: [lookUp] },
      tool,
    ]);
    call.token(6300, "It is noon.");
    call.done(6400, []);
    call.tell({ type: "played", at: 8000, utterance: call.speaking() });
    call.tell({ type: "turn-ended", at: 9000, text: "Thanks.", startedAt: 8500, endpointingMs: 300 });
    expect(call.last("think")?.history.slice(-4)).toEqual([
      { role: "assistant", content: "Let me look.", calls: [lookUp] },
      tool,
      { role: "assistant", content: "It is noon." },
      { role: "user", content: "Thanks." },
    ]);
    expect(call.all.flatMap((each) => (each.type === "record" ? [each.turn.text] : []))).toContain(
      "Let me look. It is noon.",
    );
  });

  it.each([
    ["Let me", "Let me", []],
    ["Let me look. It", "Let me look.", [{ role: "assistant", content: "It" }]],
  ])("are cut to what was heard of them, '%s'", (heard, before, after) => {
    const call = told();
    call.token(6300, "It is noon.");
    call.tell({ type: "sound", at: 6500 });
    call.tell({ type: "held", at: 6500, utterance: call.speaking(), heard });
    call.tell({ type: "turn-ended", at: 7000, text: "Stop it.", startedAt: 6500, endpointingMs: 300 });
    const history = call.last("think")?.history ?? [];
    expect(history.slice(2, -2)).toEqual([
      { role: "assistant", content: before, calls: [lookUp] },
      tool,
      ...after,
    ]);
  });

  it("that nobody heard leave no trace", () => {
    const call = asked();
    call.token(6050, "Let me look.");
    call.done(6100, [lookUp]);
    call.returned(6200);
    call.tell({ type: "turn-ended", at: 6300, text: "And where?", startedAt: 6250, endpointingMs: 300 });
    expect(call.last("think")?.history.slice(-3)).toEqual([
      { role: "assistant", content: "", calls: [lookUp] },
      tool,
      { role: "user", content: "And where?" },
    ]);
  });
});

describe("functions without end", () => {
  it("are refused after five rounds, and the caller is told", () => {
    const call = asked();
    for (let round = 1; round <= 8; round += 1) {
      call.done(6000 + round * 100, [lookUp]);
      call.returned(6050 + round * 100);
    }
    expect(call.all.filter(({ type }) => type === "call-function")).toHaveLength(5);
    expect(call.last("say")?.text).toContain("can't work that out");
    expect(call.last("finish")?.utterance).toBe(call.speaking());
  });

  it("are counted anew for each turn", () => {
    const call = asked();
    for (let turn = 1; turn <= 3; turn += 1) {
      for (let round = 1; round <= 3; round += 1) {
        call.done(7000 * turn + round * 100, [lookUp]);
        call.returned(7050 * turn + round * 100);
      }
      const at = 7500 * turn;
      call.tell({ type: "turn-ended", at, text: "Again.", startedAt: at - 50, endpointingMs: 30 });
    }
    expect(call.all.filter(({ type }) => type === "call-function")).toHaveLength(9);
  });

  it("that bear one id in one answer are all waited for", () => {
    const call = asked();
    call.done(6100, [lookUp, { ...lookUp, name: "calculate" }]);
    const ids = call.all.flatMap((each) => (each.type === "call-function" ? [each.call.id] : []));
    expect(new Set(ids).size).toBe(2);
  });
});
