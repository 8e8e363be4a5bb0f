import { expect, it } from "vitest";
import { TurnMachine } from "./turn-machine.ts";

const result = (transcript: string, is_final: boolean, speech_final: boolean) => ({
  type: "Results" as const,
  is_final,
  speech_final,
  channel: { alternatives: [{ transcript, words: [{ start: 1, end: 2 }] }] },
});

it("ends a turn once, whichever of speech_final and UtteranceEnd comes first", () => {
  const machine = new TurnMachine();
  expect(machine.take(result("hello", true, false))).toEqual({ type: "words", text: "hello" });
  expect(machine.take(result("there", true, true))).toMatchObject({
    type: "turn-ended",
    text: "hello there",
  });
  expect(machine.take({ type: "UtteranceEnd" })).toBeNull();
  machine.take(result("again", true, false));
  expect(machine.take({ type: "UtteranceEnd" })).toMatchObject({ type: "turn-ended", text: "again" });
  expect(machine.take(result("", true, true))).toBeNull();
});
