/** A beep after which nobody is there ends a call; whoever is there keeps it. */
import { describe, expect, it } from "vitest";
import type { UntimedEvent } from "./events.ts";
import { begin, greeted } from "./virtual-call.ts";

type Call = ReturnType<typeof begin>;
interface Given {
  leavesMachines?: boolean;
  isAsked?: boolean;
}

/** A tone amid the greeting, as the line hears it; the greeting ends at 4 s, if that is not later than asked for. */
const beeped = (until = 4_000, given: Given = {}): Call => {
  const call = begin(600, given);
  call.tell({ type: "frame-sent", at: 10, utterance: call.speaking() });
  call.tell({ type: "sound", at: 1_780 });
  call.tell({ type: "beep", at: 2_000 });
  call.tell({ type: "quiet", at: 2_240 });
  if (until >= 4_000) call.tell({ type: "played", at: 4_000, utterance: call.speaking() });
  return call;
};
const passTime = (call: Call, from: number, until: number) => {
  for (let at = from; at <= until; at += 100) call.tell({ type: "tick", at });
};
const turn = (text: string, startedAt: number) =>
  ({ type: "turn-ended", text, startedAt, endpointingMs: 300 }) as const;
/** The persona says its reply within a second. */
const reply = (call: Call, at: number) => {
  const request = call.last("think")?.request ?? 0;
  call.tell({ type: "token", at, request, text: "Hello." });
  call.tell({ type: "thought", at, request, calls: [] });
  call.tell({ type: "frame-sent", at, utterance: call.speaking() });
  call.tell({ type: "played", at: at + 1_000, utterance: call.speaking() });
};

describe("a beep", () => {
  it("after which nobody answers the greeting was a mailbox's", () => {
    const call = beeped();
    call.tell({ type: "tick", at: 7_980 });
    expect(call.last("end")).toBeUndefined();
    call.tell({ type: "tick", at: 8_000 });
    expect(call.last("end")).toEqual({ type: "end", reason: "voicemail", fault: "none" });
  });

  it.each<[string, number, UntimedEvent[]]>([
    ["a sound", 6_500, [{ type: "sound" }, { type: "quiet" }]],
    ["a sound that goes on", 4_500, [{ type: "sound" }]],
    ["a key", 6_500, [{ type: "digit", digit: "5" }]],
    ["a word that nobody heard begin", 7_900, [{ type: "words", text: "Hi" }]],
    ["a word over the greeting, too soft for a sound", 3_600, [turn("Hello?", 2_800)]],
  ])("was none when %s follows it", (_, at, events) => {
    const call = beeped(at);
    for (const event of events) call.tell({ ...event, at });
    if (at < 4_000) call.tell({ type: "played", at: 4_000, utterance: call.speaking() });
    passTime(call, Math.max(4_000, at), 8_600);
    expect(call.last("end")).toBeUndefined();
  });

  it.each([
    ["after the greeting", 6_300],
    ["over its last word", 3_700],
  ])("was none when a turn that begins %s is answered", (_, startedAt) => {
    const call = beeped();
    call.tell({ ...turn("Yes?", startedAt), at: 6_900 });
    reply(call, 7_000);
    passTime(call, 8_000, 14_000);
    expect(call.last("end")).toBeUndefined();
  });

  it("was none when it was heard amid speech", () => {
    const call = begin();
    call.tell({ type: "frame-sent", at: 10, utterance: call.speaking() });
    call.tell({ type: "sound", at: 1_500 });
    call.tell({ type: "beep", at: 2_000 });
    call.tell({ type: "quiet", at: 3_500 });
    call.tell({ type: "played", at: 4_000, utterance: call.speaking() });
    passTime(call, 4_000, 11_900);
    expect(call.last("end")).toBeUndefined();
  });

  it("is a mailbox's though its own words are only understood after it, and answered", () => {
    const call = begin();
    call.tell({ type: "frame-sent", at: 10, utterance: call.speaking() });
    call.tell({ type: "sound", at: 600 });
    call.tell({ type: "beep", at: 2_000 });
    call.tell({ type: "words", at: 2_200, text: "You have reached Sam." });
    call.tell({ type: "quiet", at: 2_240 });
    call.tell({ ...turn("You have reached Sam.", 500), at: 2_300 });
    call.tell({ type: "played", at: 4_000, utterance: call.speaking() });
    reply(call, 4_100);
    call.tell({ type: "tick", at: 9_080 });
    expect(call.last("end")).toBeUndefined();
    call.tell({ type: "tick", at: 9_100 });
    expect(call.last("end")?.reason).toBe("voicemail");
  });

  it.each([
    ["after the greeting", 5_000],
    ["over its last word", 3_800],
  ])("is somebody's kitchen's once they have answered %s", (_, startedAt) => {
    const call = greeted();
    call.tell({ ...turn("Tell me a story.", startedAt), at: 6_000 });
    reply(call, 6_100);
    call.tell({ type: "beep", at: 10_000 });
    passTime(call, 10_000, 15_900);
    expect(call.last("end")).toBeUndefined();
  });

  it("of an assistant that takes down a name ends nothing, then or when its owner comes", () => {
    const call = beeped();
    const question = "Please state your name and the reason for calling.";
    call.tell({ ...turn(question, 1_000), at: 5_000 });
    call.tell({ type: "beep", at: 5_400 });
    passTime(call, 6_000, 6_100);
    call.tell({ type: "frame-sent", at: 6_100, utterance: call.speaking() });
    call.tell({ type: "played", at: 9_000, utterance: call.speaking() });
    passTime(call, 9_000, 15_000);
    call.tell({ ...turn("Hello?", 15_000), at: 15_500 });
    call.tell({ type: "frame-sent", at: 15_600, utterance: call.speaking() });
    call.tell({ type: "played", at: 19_000, utterance: call.speaking() });
    passTime(call, 19_000, 24_000);
    expect(call.last("end")).toBeUndefined();
  });

  it("does not cut short the time that there is to agree to a recording", () => {
    const call = beeped(4_000, { isAsked: true });
    passTime(call, 4_100, 8_900);
    expect(call.last("end")).toBeUndefined();
    call.tell({ ...turn("Yes.", 8_500), at: 8_950 });
    expect(call.last("start-recording")?.evidence).toBe("Yes.");
  });

  it("is forgotten behind a long reply", () => {
    const call = beeped();
    call.tell({ ...turn("You have reached Sam.", 500), at: 4_100 });
    const request = call.last("think")?.request ?? 0;
    call.tell({ type: "token", at: 4_200, request, text: "It was a long story." });
    call.tell({ type: "thought", at: 4_300, request, calls: [] });
    for (let at = 4_400; at < 26_000; at += 200)
      call.tell({ type: "frame-sent", at, utterance: call.speaking() });
    call.tell({ type: "played", at: 26_000, utterance: call.speaking() });
    passTime(call, 26_000, 31_000);
    expect(call.last("end")).toBeUndefined();
  });

  it("ends nothing of a persona that speaks to machines, nor later in a call", () => {
    const patient = beeped(4_000, { leavesMachines: false });
    passTime(patient, 4_000, 10_000);
    expect(patient.last("end")).toBeUndefined();
    const late = greeted();
    late.tell({ type: "words", at: 29_000, text: "Wait" });
    late.tell({ ...turn("", 28_500), at: 29_500 });
    late.tell({ type: "beep", at: 31_000 });
    passTime(late, 31_000, 36_000);
    expect(late.last("end")).toBeUndefined();
  });
});
