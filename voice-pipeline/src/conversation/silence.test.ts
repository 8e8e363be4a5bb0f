/**
 * A persona asks into silence and leaves it, after as long as it was told to. Only words are a sign of life: noise on the line
 * neither stops the clock nor keeps a dead call up.
 */
import { describe, expect, it } from "vitest";
import { greeted } from "./virtual-call.ts";

describe("silence", () => {
  it.each([4, 20])("of %i s is asked into, and after as long again left", (silenceSeconds) => {
    const call = greeted(600, { silenceSeconds });
    const silenceMs = silenceSeconds * 1000;
    const askedAt = 4_000 + silenceMs;
    call.tell({ type: "tick", at: askedAt - 20 });
    expect(call.last("say")?.text).not.toContain("still there");
    call.tell({ type: "tick", at: askedAt });
    expect(call.last("say")?.text).toContain("still there");
    call.tell({ type: "frame-sent", at: askedAt + 50, utterance: call.speaking() });
    call.tell({ type: "played", at: askedAt + 1_000, utterance: call.speaking() });
    call.tell({ type: "tick", at: askedAt + 1_000 + silenceMs - 20 });
    expect(call.last("say")?.text).toContain("still there");
    call.tell({ type: "tick", at: askedAt + 1_000 + silenceMs });
    expect(call.last("say")?.text).toContain("can't hear you");
  });
});

describe("noise that goes on", () => {
  it("does not hold back the notices before the limit", () => {
    const call = greeted(60);
    call.tell({ type: "sound", at: 40_000 });
    call.tell({ type: "words", at: 42_000, text: "so" });
    call.tell({ type: "tick", at: 45_000 });
    expect(call.last("say")?.text).toContain("few seconds");
  });

  it("does not hold back the goodbye into silence", () => {
    const call = greeted();
    call.tell({ type: "sound", at: 4_100 });
    call.tell({ type: "tick", at: 12_200 });
    expect(call.last("say")?.text).toContain("still there");
    call.tell({ type: "frame-sent", at: 12_250, utterance: call.speaking() });
    call.tell({ type: "played", at: 13_000, utterance: call.speaking() });
    call.tell({ type: "tick", at: 21_100 });
    expect(call.last("say")?.text).toContain("can't hear you");
  });

  it("is no sign of life when it comes in bursts, and words are", () => {
    const burst = (at: number) => {
      call.tell({ type: "sound", at });
      call.tell({ type: "quiet", at: at + 200 });
      call.tell({ type: "tick", at: at + 300 });
    };
    const call = greeted();
    call.tell({ type: "words", at: 7_000, text: "so" });
    for (let at = 7_500; at <= 14_500; at += 1_000) burst(at);
    expect(call.last("say")?.text).not.toContain("still there");
    burst(15_000);
    expect(call.last("say")?.text).toContain("still there");
  });

  it("is waited out while it may yet be speech", () => {
    const call = greeted();
    call.tell({ type: "sound", at: 11_500 });
    call.tell({ type: "tick", at: 12_500 });
    expect(call.last("say")?.text).not.toContain("still there");
  });
});
