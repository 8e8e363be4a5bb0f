/** Turns that the provider ends too early, on a virtual clock. */
import { describe, expect, it } from "vitest";
import { greeted } from "./virtual-call.ts";

type Call = ReturnType<typeof greeted>;

const ended = (call: Call, at: number, text: string) =>
  call.tell({ type: "turn-ended", at, text, startedAt: at - 1_000, endpointingMs: 300 });
const turns = (call: Call) =>
  call.all.flatMap((action) =>
    action.type === "record" && action.turn.speaker === "caller" ? [action.turn] : [],
  );

describe("a turn that ends amid a sentence", () => {
  it("is one with what follows it", () => {
    const call = greeted();
    ended(call, 6_000, "I would like to");
    call.tell({ type: "words", at: 6_800, text: "go" });
    call.tell({ type: "tick", at: 8_000 });
    expect(turns(call)).toEqual([]);
    ended(call, 8_400, "go home.");
    expect(turns(call)).toMatchObject([
      { text: "I would like to go home.", startedAt: 5_000, endedAt: 8_400 },
    ]);
    expect(call.last("think")?.history.at(-1)?.content).toBe("I would like to go home.");
  });

  it("is answered after a while when nothing follows, from what was thought meanwhile", () => {
    const call = greeted();
    ended(call, 6_000, "I would like to");
    const request = call.last("think")?.request ?? 0;
    call.tell({ type: "token", at: 6_300, request, text: "What would you like?" });
    call.tell({ type: "thought", at: 6_320, request, calls: [] });
    call.tell({ type: "tick", at: 7_180 });
    expect(turns(call)).toEqual([]);
    call.tell({ type: "tick", at: 7_200 });
    expect(turns(call)).toMatchObject([{ text: "I would like to", endedAt: 6_000 }]);
    expect(call.last("say")?.text).toBe("What would you like?");
    call.tell({ type: "frame-sent", at: 7_250, utterance: call.speaking() });
    call.tell({ type: "played", at: 9_000, utterance: call.speaking() });
    expect(call.last("record")?.turn.latency?.endpointing_ms).toBe(1_500);
  });

  it("is waited for while somebody is heard, and not for ever", () => {
    const call = greeted();
    ended(call, 6_000, "My number is");
    call.tell({ type: "sound", at: 7_900 });
    call.tell({ type: "tick", at: 8_100 });
    expect(turns(call)).toEqual([]);
    for (let at = 8_200; at < 12_000; at += 20) call.tell({ type: "tick", at });
    expect(turns(call)).toHaveLength(1);
  });

  it("takes a number read out in groups as one", () => {
    const call = greeted();
    ended(call, 6_000, "four one five");
    ended(call, 7_500, "five five five");
    expect(turns(call)).toEqual([]);
    ended(call, 9_000, "two six seven one");
    expect(turns(call).map(({ text }) => text)).toEqual(["four one five five five five two six seven one"]);
  });

  it("is written down also when the call ends before its end", () => {
    const call = greeted();
    ended(call, 6_000, "I would like to");
    call.tell({ type: "caller-gone", at: 6_500, heard: "" });
    expect(turns(call).map(({ text }) => text)).toEqual(["I would like to"]);
    expect(call.all.at(-1)?.type).toBe("end");
  });

  it("is heard for what it is when its second half is a wish", () => {
    const call = greeted();
    ended(call, 6_000, "Please stop and");
    ended(call, 7_000, "don't call me again.");
    expect(call.last("opt-out")?.evidence).toBe("Please stop and don't call me again.");
  });
});

it("a finished sentence is answered in the same moment", () => {
  const call = greeted();
  ended(call, 6_000, "Tell me a story.");
  expect(turns(call)).toHaveLength(1);
  expect(call.last("think")).toBeDefined();
  expect(call.last("abort")).toBeUndefined();
});
