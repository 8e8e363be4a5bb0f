/** The core on a virtual clock: what it does is compared, never when a timer fires. */
import { describe, expect, it } from "vitest";
import { begin, greeted, replying } from "./virtual-call.ts";

describe("the greeting", () => {
  it("says that it is an AI, is not cut, and a hello during it starts no turn", () => {
    const call = begin();
    expect(call.last("say")?.text).toContain("an AI voice");
    call.tell({ type: "frame-sent", at: 10, utterance: call.speaking() });
    call.tell({ type: "sound", at: 200 });
    call.tell({ type: "words", at: 400, text: "hello who is this" });
    call.tell({ type: "turn-ended", at: 900, text: "Hello?", startedAt: 200, endpointingMs: 300 });
    expect(call.last("hold")).toBeUndefined();
    expect(call.last("think")).toBeUndefined();
  });
});

describe("the wish not to be called again", () => {
  it("is noted at once when it is spoken, also over the persona, and answered before hanging up", () => {
    const call = replying();
    call.tell({ type: "sound", at: 6400 });
    call.tell({ type: "held", at: 6400, utterance: call.speaking(), heard: "One" });
    const text = "Stop calling me!";
    call.tell({ type: "turn-ended", at: 7000, text, startedAt: 6400, endpointingMs: 300 });
    expect(call.last("opt-out")).toEqual({ type: "opt-out", source: "spoken", evidence: text });
    expect(call.last("say")?.text).toContain("not be called again");
    call.tell({ type: "frame-sent", at: 7100, utterance: call.speaking() });
    call.tell({ type: "played", at: 9000, utterance: call.speaking() });
    expect(call.last("end")).toEqual({ type: "end", reason: "opt_out", fault: "none" });
  });

  it("is noted once for the digit 9, and no other digit ends anything", () => {
    const call = greeted();
    for (const digit of ["1", "5", "#", "*"]) call.tell({ type: "digit", at: 5000, digit });
    expect(call.last("opt-out")).toBeUndefined();
    call.tell({ type: "digit", at: 6600, digit: "9" });
    call.tell({ type: "digit", at: 6700, digit: "9" });
    call.tell({ type: "tick", at: 7700 });
    expect(call.all.filter(({ type }) => type === "opt-out")).toHaveLength(1);
    expect(call.last("opt-out")).toMatchObject({ source: "digit" });
  });
});

describe("an interruption", () => {
  it("stops at sound, and words leave in the history exactly what was heard", () => {
    const call = replying();
    call.tell({ type: "sound", at: 7000 });
    expect(call.last("hold")?.utterance).toBe(call.speaking());
    call.tell({ type: "held", at: 7000, utterance: call.speaking(), heard: "One two" });
    call.tell({ type: "words", at: 7300, text: "wait please" });
    expect(call.last("record")?.turn).toMatchObject({
      speaker: "persona",
      text: "One two",
      interrupted: true,
    });
    call.tell({ type: "turn-ended", at: 8000, text: "Wait please.", startedAt: 7000, endpointingMs: 300 });
    const history = call.last("think")?.history ?? [];
    expect(history.at(-3)).toEqual({ role: "assistant", content: "One two" });
    expect(history.at(-2)?.content).toContain("interrupted");
  });

  it("is none when no words follow the sound: the voice goes on", () => {
    const call = replying();
    call.tell({ type: "sound", at: 7000 });
    call.tell({ type: "held", at: 7000, utterance: call.speaking(), heard: "One" });
    call.tell({ type: "quiet", at: 7200 });
    call.tell({ type: "tick", at: 7600 });
    expect(call.last("resume")).toBeUndefined();
    call.tell({ type: "tick", at: 7700 });
    expect(call.last("resume")?.utterance).toBe(call.speaking());
    expect(call.last("drop")).toBeUndefined();
  });

  it("is none when a listener says mhm", () => {
    const call = replying();
    call.tell({ type: "words", at: 7000, text: "Mhm, yeah" });
    call.tell({ type: "turn-ended", at: 7400, text: "Mhm, yeah.", startedAt: 6900, endpointingMs: 300 });
    expect(call.last("drop")).toBeUndefined();
  });
});

describe("the end", () => {
  it("asks into silence once and then says goodbye, played before the line ends", () => {
    const call = greeted();
    call.tell({ type: "tick", at: 12_000 });
    expect(call.last("say")?.text).toContain("still there");
    call.tell({ type: "frame-sent", at: 12_050, utterance: call.speaking() });
    call.tell({ type: "played", at: 13_000, utterance: call.speaking() });
    call.tell({ type: "tick", at: 21_000 });
    expect(call.last("end")).toBeUndefined();
    call.tell({ type: "frame-sent", at: 21_050, utterance: call.speaking() });
    call.tell({ type: "played", at: 23_000, utterance: call.speaking() });
    expect(call.last("end")).toMatchObject({ reason: "silence", fault: "none" });
  });

  it("comes before the limit, with a warning when there was time for one", () => {
    const call = greeted(60);
    call.tell({ type: "words", at: 44_000, text: "so" });
    call.tell({ type: "tick", at: 45_000 });
    expect(call.last("say")?.text).toContain("few seconds");
    call.tell({ type: "tick", at: 55_000 });
    expect(call.last("say")?.text).toContain("time is up");
    call.tell({ type: "frame-sent", at: 55_050, utterance: call.speaking() });
    call.tell({ type: "played", at: 57_000, utterance: call.speaking() });
    expect(call.last("end")?.reason).toBe("time_limit");
  });

  it("follows end_call once the goodbye was heard", () => {
    const call = greeted();
    call.tell({ type: "turn-ended", at: 6000, text: "Bye.", startedAt: 5000, endpointingMs: 300 });
    const request = call.last("think")?.request ?? 0;
    call.tell({
      type: "thought",
      at: 6100,
      request,
      calls: [{ id: "1", name: "end_call", arguments: "{}" }],
    });
    expect(call.last("say")?.text).toContain("Goodbye");
    call.tell({ type: "frame-sent", at: 6200, utterance: call.speaking() });
    expect(call.last("end")).toBeUndefined();
    call.tell({ type: "played", at: 8000, utterance: call.speaking() });
    expect(call.last("end")?.reason).toBe("persona_goodbye");
  });

  it("is the provider's fault when the voice is gone", () => {
    const call = replying();
    call.tell({ type: "voice-failed", at: 7000, heard: "One" });
    expect(call.last("end")).toMatchObject({ reason: "provider_error", fault: "provider" });
  });
});

it("says a filler when a function takes longer than 700 ms", () => {
  const call = greeted();
  call.tell({ type: "turn-ended", at: 6000, text: "Time?", startedAt: 5000, endpointingMs: 300 });
  const request = call.last("think")?.request ?? 0;
  call.tell({ type: "thought", at: 6100, request, calls: [{ id: "1", name: "slow", arguments: "{}" }] });
  const said = call.all.filter(({ type }) => type === "say").length;
  call.tell({ type: "tick", at: 6700 });
  expect(call.all.filter(({ type }) => type === "say")).toHaveLength(said);
  call.tell({ type: "tick", at: 6800 });
  expect(call.last("say")?.text).toContain("moment");
  call.tell({ type: "function-done", at: 7000, request, callId: "1", result: "noon" });
  expect(call.last("think")?.history.at(-1)).toEqual({ role: "tool", callId: "1", content: "noon" });
});
