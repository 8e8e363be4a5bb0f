import type { VoiceSession } from "@callmeback/shared/contract/voice";
import { describe, expect, it } from "vitest";
import type { ChatMessage } from "../conversation/events.ts";
import { promptsOf } from "./prompt.ts";

const session: VoiceSession = {
  call_id: "c",
  call_sid: "CA",
  request_id: "test-request",
  persona: {
    id: "p",
    version: 1,
    name: "Luna",
    voice_id: "v",
    system_prompt: "Be kind.",
    greeting: null,
    silence_seconds: 8,
    leaves_machines: true,
    functions: [],
  },
  scenario: { opening: null, instructions: "Talk of the sea." },
  call_pretext: "a reminder",
  person: { name: "Sam", time_zone: "Europe/Berlin" },
  recording: null,
  limits: { max_seconds: 600 },
};
const now = new Date("2026-11-21T08:00:00Z");
const read = (history: ChatMessage[], at = now, remaining = 300) => [
  ...promptsOf(session)(history, at, remaining).messages,
];

const commonStart = (one: ChatMessage[], other: ChatMessage[]) =>
  one.findIndex((message, index) => JSON.stringify(message) !== JSON.stringify(other[index]));

describe("what the model reads", () => {
  it("is the persona, the call so far, the hour and the time left, and the newest words", () => {
    const history: ChatMessage[] = [
      { role: "assistant", content: "Hello Sam." },
      { role: "user", content: "Hi." },
    ];
    const messages = read(history);
    expect(messages.map(({ role }) => role)).toEqual(["system", "assistant", "system", "user"]);
    for (const words of ["Luna", "Be kind.", "Talk of the sea.", "a reminder", "Sam"])
      expect(messages[0]?.content).toContain(words);
    expect(messages[2]?.content).toMatch(/Saturday 21 November at 9:00 am.* 5 more minutes/s);
  });

  it("begins the same from turn to turn, whatever the clock says", () => {
    const before: ChatMessage[] = [
      { role: "user", content: "Hi." },
      { role: "assistant", content: "Hello Sam." },
      { role: "user", content: "How is the sea?" },
    ];
    const after: ChatMessage[] = [
      ...before,
      { role: "assistant", content: "Calm." },
      { role: "user", content: "Good." },
    ];
    const [one, two] = [read(before), read(after, new Date("2026-11-21T08:01:00Z"), 240)];
    expect(commonStart(one, two)).toBe(one.length - 2);
  });
});
