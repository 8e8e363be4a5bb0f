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
