import type { VoiceSession } from "@callmeback/shared/contract/voice";
import { describe, expect, it } from "vitest";
import type { ChatMessage } from "../conversation/events.ts";
import { promptsOf } from "./prompt.ts";
import { tokensIn } from "./token-meter.ts";

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

/** Each turn of the call calls a function. */
const callOf = (turns: number): ChatMessage[] =>
  Array.from({ length: turns }, (_, index): ChatMessage[] => [
    { role: "user", content: `Question ${index}. ${"word ".repeat(30)}` },
    { role: "assistant", content: "Let me see.", calls: [{ id: `${index}`, name: "f", arguments: "{}" }] },
    { role: "tool", callId: `${index}`, content: "an answer" },
    { role: "assistant", content: `Answer ${index}. ${"word ".repeat(30)}` },
  ]).flat();

const sizeOf = (messages: readonly ChatMessage[]) =>
  messages.reduce((sum, { content }) => sum + tokensIn(content), 0);
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
    const [before, after] = [callOf(5), callOf(6)];
    const [one, two] = [
      read(before.slice(0, -3)),
      read(after.slice(0, -3), new Date("2026-11-21T08:01:00Z"), 240),
    ];
    expect(commonStart(one, two)).toBe(one.length - 2);
  });

  it("stays within its budget over a long call, and ends with the newest words", () => {
    for (let turns = 1; turns < 200; turns += 7) {
      const messages = read(callOf(turns));
      expect(sizeOf(messages)).toBeLessThan(6_500);
      expect(messages.at(-1)?.content).toContain(`Answer ${turns - 1}.`);
    }
  });

  it("leaves out the oldest in steps, so that its beginning stays the same for many turns", () => {
    const firsts = Array.from({ length: 60 }, (_, index) => read(callOf(100 + index))[2]?.content);
    expect(new Set(firsts).size).toBeLessThan(8);
  });

  it("never begins amid a function, and says that something is left out", () => {
    for (let turns = 90; turns < 120; turns += 1) {
      const messages = read(callOf(turns));
      expect(messages[1]?.content).toContain("left out");
      expect(messages[2]?.role).toBe("user");
    }
  });

  it("always holds the newest words, however long they are", () => {
    const words = "word ".repeat(20_000);
    expect(read([...callOf(3), { role: "user", content: words }]).at(-1)?.content).toBe(words);
  });
});
