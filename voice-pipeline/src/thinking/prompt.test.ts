import type { VoiceSession } from "@callmeback/shared/contract/voice";
import { describe, expect, it } from "vitest";
import type { ChatMessage } from "../conversation/events.ts";
import { KeptMessages } from "../conversation/kept-messages.ts";
import { requestBody } from "./chat-wire.ts";
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
/** What stands in the body of the question. */
const read = (history: ChatMessage[], at = now, remaining = 300, next: ChatMessage | null = null) => {
  const kept = new KeptMessages();
  for (const message of history) kept.add(message);
  const prompt = promptsOf(session)(kept.read(null, next), at, remaining);
  const body = JSON.parse(requestBody("m", prompt).join(""));
  expect(body).toMatchObject({ model: "m", stream: true, stream_options: { include_usage: true } });
  expect(body.tools.length).toBeGreaterThan(2);
  return body.messages as { role: string; content: string }[];
};

const commonStart = (one: object[], other: object[]) =>
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

  it("has the hour before the caller's words also while these are only likely, and while functions answer them", () => {
    const greeting: ChatMessage = { role: "assistant", content: "Grüß dich, Sam 😀." };
    const words: ChatMessage = { role: "user", content: "Wie spät ist es – ungefähr?" };
    const calls = [{ id: "1", name: "get_current_time", arguments: "{}" }];
    const asked: ChatMessage[] = [
      { role: "assistant", content: "One moment.", calls },
      { role: "tool", callId: "1", content: "noon" },
    ];
    const roles = (messages: { role: string }[]) => messages.map(({ role }) => role);
    expect(read([greeting], now, 300, words)).toEqual(read([greeting, words]));
    const before = ["system", "assistant", "system", "user"];
    expect(roles(read([greeting, words]))).toEqual(before);
    expect(roles(read([greeting, words, ...asked]))).toEqual([...before, "assistant", "tool"]);
    expect(roles(read([greeting]))).toEqual(["system", "assistant", "system"]);
    expect(roles(read([]))).toEqual(["system", "system"]);
  });
});
