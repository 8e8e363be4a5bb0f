/** The last minute of a call, on a virtual clock. */
import { describe, expect, it } from "vitest";
import { carefulWords } from "./crisis.ts";
import { begin, greeted, type replying } from "./virtual-call.ts";

type Call = ReturnType<typeof replying>;

const ticks = (call: Call, from: number, until: number) => {
  for (let at = from; at <= until; at += 100) call.tell({ type: "tick", at });
};
const said = (call: Call) => call.all.flatMap((each) => (each.type === "say" ? [each.text] : []));
const ended = (call: Call, at: number, text: string) =>
  call.tell({ type: "turn-ended", at, text, startedAt: at - 900, endpointingMs: 300 });

describe("a notice of the time that is left", () => {
  it("is not given once it is no longer true", () => {
    const call = greeted(180);
    ended(call, 118_000, "Tell me a long story.");
    const request = call.last("think")?.request ?? 0;
    call.tell({ type: "token", at: 118_100, request, text: "Once upon a time, there was a fox." });
    call.tell({ type: "thought", at: 118_200, request, calls: [] });
    call.tell({ type: "frame-sent", at: 118_300, utterance: call.speaking() });
    ticks(call, 118_400, 166_000);
    call.tell({ type: "played", at: 166_100, utterance: call.speaking() });
    ticks(call, 166_200, 166_500);
    expect(said(call).filter((text) => text.includes("one minute"))).toEqual([]);
    expect(call.last("say")?.text).toContain("few seconds");
  });

  it("is given after what was being said when it became due", () => {
    const call = greeted(180);
    call.tell({ type: "words", at: 119_500, text: "so" });
    call.tell({ type: "sound", at: 119_500 });
    ticks(call, 119_600, 120_500);
    call.tell({ type: "quiet", at: 120_600 });
    ticks(call, 120_700, 121_000);
    expect(call.last("say")?.text).toContain("one minute");
  });
});

describe("a notice amid the caller's turn", () => {
  it("waits for the turn's end, though the line is quiet between the sound and its last words", () => {
    const call = greeted(180);
    call.tell({ type: "words", at: 119_800, text: "so I went" });
    ticks(call, 119_900, 120_300);
    ended(call, 120_400, "So I went home.");
    expect(said(call).filter((text) => text.includes("one minute"))).toEqual([]);
    const request = call.last("think")?.request ?? 0;
    call.tell({ type: "token", at: 120_500, request, text: "Good." });
    call.tell({ type: "thought", at: 120_600, request, calls: [] });
    call.tell({ type: "frame-sent", at: 120_700, utterance: call.speaking() });
    call.tell({ type: "played", at: 121_500, utterance: call.speaking() });
    ticks(call, 121_600, 121_700);
    expect(call.last("say")?.text).toContain("one minute");
  });

  it("of which nothing was heard before they spoke is given again", () => {
    const call = greeted(180);
    ticks(call, 120_000, 120_100);
    expect(call.last("say")?.text).toContain("one minute");
    ended(call, 120_200, "And then?");
    const request = call.last("think")?.request ?? 0;
    call.tell({ type: "token", at: 120_300, request, text: "Nothing." });
    call.tell({ type: "thought", at: 120_400, request, calls: [] });
    call.tell({ type: "frame-sent", at: 120_500, utterance: call.speaking() });
    call.tell({ type: "played", at: 121_500, utterance: call.speaking() });
    ticks(call, 121_600, 121_700);
    expect(said(call).filter((text) => text.includes("one minute"))).toHaveLength(2);
  });
});

describe("the goodbye at the limit", () => {
  const cared = () => {
    const call = greeted(60);
    ended(call, 50_000, "I want to die.");
    call.tell({ type: "frame-sent", at: 50_100, utterance: call.speaking() });
    return call;
  };

  it("does not cut the careful words, and follows them when there is time", () => {
    const call = cared();
    ticks(call, 50_200, 56_900);
    expect([call.last("hold"), call.last("say")?.text]).toEqual([undefined, carefulWords("UTC")]);
    call.tell({ type: "played", at: 57_000, utterance: call.speaking() });
    expect(call.last("say")?.text).toContain("time is up");
  });

  it("leaves them the time up to the limit", () => {
    const call = cared();
    ticks(call, 50_200, 59_900);
    expect([call.last("hold"), call.last("end")]).toEqual([undefined, undefined]);
    call.tell({ type: "tick", at: 60_000 });
    expect(call.last("hold")?.utterance).toBe(call.speaking());
    call.tell({ type: "held", at: 60_000, utterance: call.speaking(), heard: "I'm really glad" });
    expect(call.all.slice(-2)).toMatchObject([
      { type: "record", turn: { speaker: "persona", text: "I'm really glad", interrupted: true } },
      { type: "end", reason: "time_limit" },
    ]);
  });

  it("waits for nothing then: not for the voice to tell how far it came, nor for who speaks", () => {
    const call = cared();
    call.tell({ type: "tick", at: 60_000 });
    ended(call, 60_100, "What?");
    ticks(call, 60_200, 60_500);
    expect(call.last("end")?.reason).toBe("time_limit");
    const quiet = greeted(60);
    quiet.tell({ type: "sound", at: 59_900 });
    quiet.tell({ type: "tick", at: 60_000 });
    expect(quiet.last("end")?.reason).toBe("time_limit");
  });

  it("does not cut the disclosure of a short call", () => {
    const call = begin(8);
    call.tell({ type: "frame-sent", at: 10, utterance: call.speaking() });
    ticks(call, 100, 5_900);
    expect([said(call).length, call.last("hold")]).toEqual([1, undefined]);
    call.tell({ type: "played", at: 6_000, utterance: call.speaking() });
    expect(call.last("say")?.text).toContain("time is up");
  });
});

it("a line whose trouble is told leaves the careful words whole", () => {
  const call = greeted();
  ended(call, 50_000, "I want to die.");
  call.tell({ type: "frame-sent", at: 50_100, utterance: call.speaking() });
  call.tell({ type: "hearing-failed", at: 52_000 });
  expect(call.last("hold")).toBeUndefined();
  call.tell({ type: "played", at: 62_000, utterance: call.speaking() });
  expect(call.last("say")?.text).toContain("something is wrong");
  call.tell({ type: "frame-sent", at: 62_100, utterance: call.speaking() });
  call.tell({ type: "played", at: 64_000, utterance: call.speaking() });
  expect(call.last("end")?.reason).toBe("provider_error");
});

it("the wish not to be called again is answered at once, whatever is being said", () => {
  const call = begin();
  call.tell({ type: "frame-sent", at: 10, utterance: call.speaking() });
  ended(call, 2_000, "Stop calling me!");
  expect(call.last("hold")).toBeDefined();
});

it("a turn that the voice was still to make way for is written down at the limit", () => {
  const call = greeted(60);
  ended(call, 53_000, "Tell me.");
  const request = call.last("think")?.request ?? 0;
  call.tell({ type: "token", at: 53_100, request, text: "One two three four." });
  call.tell({ type: "thought", at: 53_200, request, calls: [] });
  call.tell({ type: "frame-sent", at: 53_300, utterance: call.speaking() });
  ended(call, 54_990, "Wait, what?");
  for (const at of [60_000, 60_500]) call.tell({ type: "tick", at });
  expect(call.last("record")?.turn.text).toBe("Wait, what?");
});
