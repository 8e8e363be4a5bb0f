/** Keys of the telephone as something that the caller says. */
import { describe, expect, it } from "vitest";
import { begin, greeted, replying } from "./virtual-call.ts";

const press = (call: ReturnType<typeof begin>, from: number, digits: string) =>
  [...digits].forEach((digit, index) => {
    call.tell({ type: "digit", at: from + index * 400, digit });
    call.tell({ type: "tick", at: from + index * 400 + 20 });
  });

describe("digits", () => {
  it("reach the persona together, after a short pause", () => {
    const call = greeted();
    press(call, 5000, "123");
    call.tell({ type: "tick", at: 6_700 });
    expect(call.last("think")).toBeUndefined();
    call.tell({ type: "tick", at: 7_300 });
    expect(call.last("think")?.history.at(-1)).toEqual({
      role: "user",
      content: "The caller pressed 1 2 3.",
    });
    call.tell({ type: "tick", at: 9_300 });
    expect(call.all.filter(({ type }) => type === "think")).toHaveLength(1);
  });

  it("interrupt the persona as words do", () => {
    const call = replying();
    press(call, 7000, "5#");
    call.tell({ type: "tick", at: 8_900 });
    expect(call.last("hold")?.utterance).toBe(call.speaking());
    call.tell({ type: "held", at: 8_900, utterance: call.speaking(), heard: "One" });
    expect(call.last("think")?.history.at(-1)?.content).toBe("The caller pressed 5 #.");
  });

  it("pressed during the greeting are answered after it", () => {
    const call = begin();
    call.tell({ type: "frame-sent", at: 10, utterance: call.speaking() });
    press(call, 500, "7");
    call.tell({ type: "tick", at: 3_000 });
    expect(call.last("think")).toBeUndefined();
    call.tell({ type: "played", at: 4_000, utterance: call.speaking() });
    call.tell({ type: "tick", at: 4_020 });
    expect(call.last("think")?.history.at(-1)?.content).toBe("The caller pressed 7.");
  });
});

describe("the key 9", () => {
  it("ends all calls when it stands alone, soon after", () => {
    const call = greeted();
    press(call, 5_000, "9");
    call.tell({ type: "tick", at: 5_980 });
    expect(call.last("opt-out")).toBeUndefined();
    call.tell({ type: "tick", at: 6_000 });
    expect(call.last("opt-out")).toEqual({ type: "opt-out", source: "digit", evidence: "9" });
  });

  it.each(["1984", "9112", "79"])("is a digit within %s", (digits) => {
    const call = greeted();
    press(call, 5_000, digits);
    for (let at = 6_600; at < 9_000; at += 20) call.tell({ type: "tick", at });
    expect(call.last("opt-out")).toBeUndefined();
    expect(call.last("think")?.history.at(-1)?.content).toBe(`The caller pressed ${[...digits].join(" ")}.`);
  });

  it("is heard over the greeting, after other keys and a pause", () => {
    const call = begin();
    call.tell({ type: "frame-sent", at: 10, utterance: call.speaking() });
    press(call, 500, "1");
    press(call, 2_500, "9");
    call.tell({ type: "tick", at: 3_500 });
    expect(call.last("opt-out")?.evidence).toBe("9");
    expect(call.last("hold")).toBeDefined();
  });
});
