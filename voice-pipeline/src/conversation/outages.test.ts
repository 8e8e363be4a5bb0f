/** What of a call is not charged: the time that a provider's failure took from it. */
import { describe, expect, it } from "vitest";
import { begin, greeted, replying } from "./virtual-call.ts";

const asked = () => {
  const call = greeted();
  call.tell({ type: "turn-ended", at: 6000, text: "Well?", startedAt: 5000, endpointingMs: 300 });
  return { ...call, request: () => call.last("think")?.request ?? 0 };
};
type Call = ReturnType<typeof asked>;

const answer = (call: Call, at: number) => {
  call.tell({ type: "token", at, request: call.request(), text: "Here I am. " });
  call.tell({ type: "thought", at: at + 10, request: call.request(), calls: [] });
  call.tell({ type: "frame-sent", at: at + 200, utterance: call.speaking() });
  call.tell({ type: "played", at: at + 1000, utterance: call.speaking() });
};

describe("the time that is lost", () => {
  it("is none in a call in which nothing fails, however long the persona thinks", () => {
    const call = asked();
    for (let at = 6020; at < 9500; at += 20) call.tell({ type: "tick", at });
    answer(call, 9500);
    expect(call.lostMs(60_000)).toBe(0);
  });

  it("runs from the question that a model did not answer to its next answer, apologies and fillers included", () => {
    const call = asked();
    call.tell({ type: "tick", at: 7500 });
    call.tell({ type: "frame-sent", at: 7700, utterance: call.speaking() });
    call.tell({ type: "provider-failed", at: 8500, provider: "llm" });
    call.tell({ type: "thinking-failed", at: 8500, request: call.request() });
    call.tell({ type: "frame-sent", at: 8700, utterance: call.speaking() });
    call.tell({ type: "played", at: 11_000, utterance: call.speaking() });
    call.tell({ type: "turn-ended", at: 13_000, text: "Well?", startedAt: 12_000, endpointingMs: 300 });
    expect(call.lostMs(13_000)).toBe(7_000);
    answer(call, 13_500);
    expect(call.lostMs(60_000)).toBe(7_500);
  });

  it("is what a second model makes the caller wait for", () => {
    const call = asked();
    call.tell({ type: "provider-failed", at: 6900, provider: "llm" });
    answer(call, 7100);
    expect(call.lostMs(60_000)).toBe(1_100);
  });

  it("is what passes while nobody hears the caller", () => {
    const call = greeted();
    call.tell({ type: "hearing-away", at: 9000 });
    call.tell({ type: "hearing-away", at: 9500 });
    call.tell({ type: "hearing-back", at: 12_000 });
    call.tell({ type: "hearing-back", at: 14_000 });
    expect(call.lostMs(60_000)).toBe(3_000);
  });

  it("is the gap in the voice, and none when the voice fails between two frames", () => {
    const call = replying();
    call.tell({ type: "provider-failed", at: 6400, provider: "elevenlabs" });
    call.tell({ type: "frame-sent", at: 8300, utterance: call.speaking() });
    expect(call.lostMs(60_000)).toBe(2_000);
    call.tell({ type: "provider-failed", at: 8310, provider: "elevenlabs" });
    call.tell({ type: "played", at: 8400, utterance: call.speaking() });
    expect(call.lostMs(60_000)).toBe(2_000);
  });

  it("is the whole time before a greeting that came late", () => {
    const call = begin();
    call.tell({ type: "provider-failed", at: 300, provider: "elevenlabs" });
    call.tell({ type: "frame-sent", at: 1200, utterance: call.speaking() });
    expect(call.lostMs(60_000)).toBe(1_200);
  });

  it("is counted once when two fail at the same time, and up to now while one still does", () => {
    const call = asked();
    call.tell({ type: "hearing-away", at: 7000 });
    call.tell({ type: "thinking-failed", at: 8000, request: call.request() });
    call.tell({ type: "hearing-back", at: 9000 });
    expect(call.lostMs(10_000)).toBe(4_000);
  });

  it("does not begin with a failure that nobody waits for", () => {
    const call = greeted();
    call.tell({ type: "provider-failed", at: 5000, provider: "llm" });
    call.tell({ type: "provider-failed", at: 5000, provider: "elevenlabs" });
    expect(call.lostMs(60_000)).toBe(0);
  });
});
