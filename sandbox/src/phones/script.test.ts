import { describe, expect, it } from "vitest";
import { readPlan } from "./script.ts";

describe("what a handset is told to do", () => {
  it("is read as it stands", () => {
    const script = [{ silenceMs: 300 }, { beepMs: 500 }, { noiseMs: 100, afterMs: 5 }, { say: "Hello." }];
    expect(readPlan({ script }).script).toEqual(script);
  });

  it.each([
    [{ beepMs: "long" }, "script[0].beepMs must be a number of milliseconds"],
    [{ beepMs: 500, hz: 440 }, 'script[0] does not know "hz"'],
    [{ whistle: true }, "script[0] must have one of say, interrupt, silenceMs, noiseMs, beepMs, digits"],
  ])("is refused with what is wrong: %j", (step, message) => {
    expect(() => readPlan({ script: [step] })).toThrow(message);
  });
});
