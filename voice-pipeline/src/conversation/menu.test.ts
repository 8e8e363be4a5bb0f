/** The star key: fixed functions that need no model, on a virtual clock. */
import { describe, expect, it } from "vitest";
import { begin, greeted, replying } from "./virtual-call.ts";

type Call = ReturnType<typeof replying>;

const press = (call: Call, at: number, digits: string, apartMs = 300) =>
  [...digits].forEach((digit, index) => {
    call.tell({ type: "digit", at: at + index * apartMs, digit });
    call.tell({ type: "tick", at: at + index * apartMs + 20 });
  });
const ticks = (call: Call, from: number, until: number) => {
  for (let at = from; at <= until; at += 20) call.tell({ type: "tick", at });
};
const spoken = (call: Call, from: number, until: number) => {
  call.tell({ type: "frame-sent", at: from, utterance: call.speaking() });
  call.tell({ type: "played", at: until, utterance: call.speaking() });
};
const thoughts = (call: Call) => call.all.filter(({ type }) => type === "think").length;
const repeated = (call: Call) =>
  call.all.filter((each) => each.type === "say" && each.text === "One two three four.").length;
const menu = "To hear that again, press star one.";

describe("the star key", () => {
  it("alone opens a menu, after a short pause and with no model", () => {
    const call = greeted();
    press(call, 6_000, "*");
    ticks(call, 6_040, 6_780);
    expect(call.last("say")?.text).not.toContain(menu);
    ticks(call, 6_800, 6_820);
    expect(call.last("say")?.text).toContain(menu);
    expect([thoughts(call), call.last("record")?.turn.text]).toEqual([0, "The caller pressed *."]);
  });

  it("stops the voice as words do, and its menu is stopped by words", () => {
    const call = replying();
    press(call, 7_000, "*");
    ticks(call, 7_040, 7_900);
    expect(call.last("hold")?.utterance).toBe(call.speaking());
    call.tell({ type: "held", at: 7_900, utterance: call.speaking(), heard: "One" });
    expect(call.last("say")?.text).toContain(menu);
    call.tell({ type: "frame-sent", at: 8_000, utterance: call.speaking() });
    call.tell({ type: "words", at: 9_000, text: "never mind" });
    call.tell({ type: "held", at: 9_000, utterance: call.speaking(), heard: "To hear" });
    call.tell({ type: "turn-ended", at: 9_500, text: "Never mind.", startedAt: 8_900, endpointingMs: 300 });
    expect(call.last("think")?.history.at(-1)?.content).toBe("Never mind.");
  });

  it("opens a menu whose numbers need no star while it is open", () => {
    const call = greeted();
    press(call, 6_000, "*");
    ticks(call, 6_040, 6_820);
    spoken(call, 6_900, 15_000);
    press(call, 17_000, "2");
    expect(call.last("say")?.text).toContain("ten minutes left");
    spoken(call, 17_400, 19_000);
    press(call, 40_000, "2");
    ticks(call, 40_040, 41_520);
    expect(call.last("think")?.history.at(-1)?.content).toBe("The caller pressed 2.");
  });

  it("waits for the end of what is heard whole", () => {
    const call = begin();
    call.tell({ type: "frame-sent", at: 10, utterance: call.speaking() });
    press(call, 1_000, "*2");
    ticks(call, 1_400, 3_980);
    expect(call.last("hold")).toBeUndefined();
    call.tell({ type: "played", at: 4_000, utterance: call.speaking() });
    call.tell({ type: "tick", at: 4_020 });
    expect(call.last("say")?.text).toContain("ten minutes left");
  });
});

describe("star and a number", () => {
  it("1 says again what was said last, at once", () => {
    const call = replying();
    call.tell({ type: "played", at: 8_000, utterance: call.speaking() });
    press(call, 9_000, "*1");
    expect(repeated(call)).toBe(2);
    expect(thoughts(call)).toBe(1);
  });

  it("1 amid what is said begins that anew", () => {
    const call = replying();
    press(call, 7_000, "*1");
    call.tell({ type: "held", at: 7_320, utterance: call.speaking(), heard: "One two" });
    expect(repeated(call)).toBe(2);
  });

  it.each([
    [600, 66_000, "about nine minutes left"],
    [600, 522_000, "about one minute left"],
    [600, 570_000, "about thirty seconds left"],
  ])("2 tells the time that is left: of %i s, at %i ms, %s", (limit, at, told) => {
    const call = greeted(limit);
    press(call, at - 320, "*2");
    expect(call.last("say")?.text).toContain(told);
  });

  it("2 leaves what is said again by 1 as it was", () => {
    const call = replying();
    call.tell({ type: "played", at: 8_000, utterance: call.speaking() });
    press(call, 9_000, "*2");
    spoken(call, 9_400, 11_000);
    press(call, 12_000, "*1");
    expect(repeated(call)).toBe(2);
  });

  it("3 says goodbye and ends the call", () => {
    const call = replying();
    press(call, 7_000, "*3");
    call.tell({ type: "held", at: 7_320, utterance: call.speaking(), heard: "One two" });
    expect(call.last("say")?.text).toContain("Goodbye");
    spoken(call, 7_400, 9_000);
    expect(call.last("end")).toEqual({ type: "end", reason: "persona_goodbye", fault: "none" });
    expect(call.last("opt-out")).toBeUndefined();
  });

  it("9 ends all calls", () => {
    const call = greeted();
    press(call, 6_000, "*9");
    expect(call.last("opt-out")).toEqual({ type: "opt-out", source: "digit", evidence: "* 9" });
    expect(call.last("say")?.text).toContain("not be called again");
  });

  it("of no function reaches the persona as other keys do", () => {
    const call = greeted();
    press(call, 6_000, "*5");
    ticks(call, 6_340, 7_900);
    expect(call.last("think")?.history.at(-1)?.content).toBe("The caller pressed * 5.");
  });

  it("within a longer number is a number", () => {
    const call = greeted();
    press(call, 6_000, "7*1");
    ticks(call, 6_640, 8_200);
    expect(call.last("think")?.history.at(-1)?.content).toBe("The caller pressed 7 * 1.");
  });
});
