/** Speculation on a virtual clock: what is thought early is worth nothing until the turn ends as it was expected to. */
import { describe, expect, it } from "vitest";
import type { FunctionCall } from "./events.ts";
import { greeted, replying } from "./virtual-call.ts";

type Call = ReturnType<typeof greeted>;

const text = "Tell me a story.";
const ended = (call: Call, at: number, words = text) =>
  call.tell({ type: "turn-ended", at, text: words, startedAt: 5_000, endpointingMs: 300 });
const think = (call: Call) => call.last("think")?.request ?? 0;
const count = (call: Call, type: Call["all"][number]["type"]) =>
  call.all.filter((action) => action.type === type).length;
/** The answer to an eager turn has come, whole. */
const drafted = (calls: FunctionCall[] = [], said = "Once upon a time, there was a fox.") => {
  const call = greeted();
  call.tell({ type: "eager-turn", at: 6_000, text });
  const request = think(call);
  call.tell({ type: "token", at: 6_100, request, text: said });
  call.tell({ type: "thought", at: 6_120, request, calls });
  return call;
};

describe("a turn that may be over", () => {
  it("is thought about, and nothing is said or written down", () => {
    const call = drafted();
    expect(call.last("think")?.history.at(-1)).toEqual({ role: "user", content: text });
    expect([count(call, "say"), count(call, "record")]).toEqual([1, 1]);
  });

  it("is answered at once when it ends with the same words, with one question to the model", () => {
    const call = drafted();
    ended(call, 6_200, "Tell me a story");
    expect(count(call, "think")).toBe(1);
    expect(call.all.slice(-4).map(({ type }) => type)).toEqual(["record", "say", "say", "finish"]);
    expect(call.last("say")?.text).toBe("there was a fox.");
    call.tell({ type: "frame-sent", at: 6_250, utterance: call.speaking() });
    call.tell({ type: "played", at: 9_000, utterance: call.speaking() });
    expect(call.last("record")?.turn.latency).toMatchObject({ first_token_ms: 0, first_frame_ms: 50 });
  });

  it("is answered by what comes later, when it ends before the answer", () => {
    const call = greeted();
    call.tell({ type: "eager-turn", at: 6_000, text });
    ended(call, 6_050);
    expect(count(call, "say")).toBe(1);
    call.tell({ type: "token", at: 6_100, request: think(call), text: "Once upon a time." });
    call.tell({ type: "thought", at: 6_120, request: think(call), calls: [] });
    expect(call.last("say")?.text).toBe("Once upon a time.");
    expect(count(call, "think")).toBe(1);
  });

  it("is thought away when it is resumed", () => {
    const call = drafted();
    const request = think(call);
    call.tell({ type: "turn-resumed", at: 6_150 });
    expect(call.last("abort")?.request).toBe(request);
    ended(call, 8_000);
    expect(count(call, "think")).toBe(2);
    call.tell({ type: "token", at: 8_100, request, text: "Too late, too late." });
    expect(count(call, "say")).toBe(1);
  });

  it("is thought away when other words come", () => {
    const call = drafted();
    call.tell({ type: "words", at: 6_150, text: "Tell me a story about foxes" });
    expect(call.last("abort")?.request).toBe(think(call));
  });

  it("is thought about anew when it ends with other words", () => {
    const call = drafted();
    const request = think(call);
    ended(call, 6_200, "Tell me a joke.");
    expect(call.last("abort")?.request).toBe(request);
    expect(call.last("think")?.history.at(-1)?.content).toBe("Tell me a joke.");
    expect(count(call, "say")).toBe(1);
  });

  it("calls no function before it is over", () => {
    const call = drafted([{ id: "1", name: "get_current_time", arguments: "{}" }], "Let me look that up.");
    expect(count(call, "call-function")).toBe(0);
    ended(call, 6_200);
    expect(call.last("call-function")?.call.name).toBe("get_current_time");
  });

  it("does not end the call before it is over", () => {
    const call = drafted([{ id: "1", name: "end_call", arguments: "{}" }], "Goodbye!");
    call.tell({ type: "tick", at: 6_300 });
    expect(count(call, "end")).toBe(0);
    call.tell({ type: "turn-resumed", at: 6_400 });
    expect(count(call, "finish")).toBe(1);
  });

  it("is tried again when thinking early failed", () => {
    const call = greeted();
    call.tell({ type: "eager-turn", at: 6_000, text });
    call.tell({ type: "thinking-failed", at: 6_100, request: think(call) });
    expect(count(call, "say")).toBe(1);
    ended(call, 6_200);
    expect(count(call, "think")).toBe(2);
  });

  it("is not thought about while the persona speaks, nor when the answer is fixed", () => {
    const speaking = replying();
    speaking.tell({ type: "eager-turn", at: 7_000, text: "mhm" });
    expect(count(speaking, "think")).toBe(1);
    for (const words of ["Stop calling me!", "I want to die."]) {
      const call = greeted();
      call.tell({ type: "eager-turn", at: 6_000, text: words });
      expect(count(call, "think")).toBe(0);
    }
  });

  it("is worth nothing after something else was said", () => {
    const call = greeted(60);
    call.tell({ type: "words", at: 44_000, text });
    call.tell({ type: "eager-turn", at: 44_900, text });
    const request = think(call);
    call.tell({ type: "tick", at: 46_000 });
    expect(call.last("say")?.text).toContain("few seconds");
    expect(call.last("abort")?.request).toBe(request);
  });
});
