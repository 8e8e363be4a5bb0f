/** Only words are a sign of life: noise on the line neither stops the clock nor keeps a dead call up. */
import { describe, expect, it } from "vitest";
import { greeted } from "./virtual-call.ts";

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

  it("is waited out while it may yet be speech", () => {
    const call = greeted();
    call.tell({ type: "sound", at: 11_500 });
    call.tell({ type: "tick", at: 12_500 });
    expect(call.last("say")?.text).not.toContain("still there");
  });
});
