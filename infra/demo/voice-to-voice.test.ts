import { expect, it } from "vitest";
import { medianMs, voiceToVoice } from "./voice-to-voice.ts";

const at = (second: number) => new Date(second * 1000).toISOString();
const says = (from: number, until: number) => ({ at: at(from), until: at(until), text: "Well?" });
const hears = (from: number) => ({ at: at(from), text: "Well." });

it("is the time from each last sound to the answer's first", () => {
  const heard = [hears(1), hears(7.5), hears(9), hears(13)];
  expect(voiceToVoice({ said: [says(5, 7), says(10, 12)], heard })).toEqual([500, 1000]);
});

it("is none where nothing was answered, or not before the caller spoke again", () => {
  const said = [says(1, 2), says(3, 4), { at: at(8), text: "Hm." }];
  expect(voiceToVoice({ said, heard: [hears(5), hears(9)] })).toEqual([1000]);
});

it("has a median", () => {
  expect(medianMs([30, 10, 20])).toBe(20);
  expect(medianMs([10, 20, 40, 30])).toBe(25);
  expect(() => medianMs([])).toThrow(RangeError);
});
