import { describe, expect, it } from "vitest";
import { carefulWords, isCrisis } from "./crisis.ts";
import { greeted, replying } from "./virtual-call.ts";

describe("somebody who may take their life", () => {
  it.each([
    "I want to kill myself.",
    "I don’t want to live anymore",
    "Sometimes I think about ending my life.",
    "I wish I were dead",
    "I've been thinking about suicide.",
    "I just wanna die",
    "I could end it all tonight.",
    "I don't want to be here any more.",
    "Ich will nicht mehr leben.",
    "Quiero morirme.",
  ])("is heard in '%s'", (text) => {
    expect(isCrisis(text)).toBe(true);
  });

  it.each([
    "This weather is killing me.",
    "I'd die for a coffee.",
    "My plant is dead.",
    "How does it all end?",
    "I don't want to be here at six.",
    "The battery died.",
    "It's a film about a hero who ends a war.",
  ])("is not heard in '%s'", (text) => {
    expect(isCrisis(text)).toBe(false);
  });

  it("hears fixed words and a number of their country, which nothing cuts, and the call goes on", () => {
    const call = replying();
    const text = "I want to kill myself.";
    call.tell({ type: "turn-ended", at: 7_000, text, startedAt: 6_500, endpointingMs: 300 });
    call.tell({ type: "held", at: 7_000, utterance: call.speaking(), heard: "One" });
    expect(call.last("say")?.text).toBe(carefulWords("UTC"));
    expect(call.all.filter(({ type }) => type === "think")).toHaveLength(1);
    expect(call.last("record")?.turn).toMatchObject({ speaker: "caller", text });
    const holds = call.all.filter(({ type }) => type === "hold").length;
    call.tell({ type: "frame-sent", at: 7_100, utterance: call.speaking() });
    call.tell({ type: "sound", at: 8_000 });
    call.tell({ type: "words", at: 8_300, text: "no stop it now" });
    expect(call.all.filter(({ type }) => type === "hold")).toHaveLength(holds);
    call.tell({ type: "played", at: 20_000, utterance: call.speaking() });
    call.tell({ type: "turn-ended", at: 22_000, text: "I am safe.", startedAt: 21_000, endpointingMs: 300 });
    const history = call.last("think")?.history ?? [];
    expect(history.slice(-4).map(({ role }) => role)).toEqual(["user", "system", "assistant", "user"]);
    expect(history.at(-3)?.content).toContain("Stay calm");
    expect(call.last("end")).toBeUndefined();
  });

  it("is answered, and a wish beside it never to be called again holds", () => {
    const call = greeted();
    const text = "Stop calling me or I'll kill myself.";
    call.tell({ type: "turn-ended", at: 6_000, text, startedAt: 5_000, endpointingMs: 300 });
    expect(call.last("say")?.text).toBe(carefulWords("UTC"));
    expect(call.last("opt-out")).toEqual({ type: "opt-out", source: "spoken", evidence: text });
    expect(call.last("end")).toBeUndefined();
  });

  it("is answered before the model is asked when nobody speaks, and by the model from then on", () => {
    const call = greeted();
    const tell = (at: number) =>
      call.tell({ type: "turn-ended", at, text: "I want to die.", startedAt: at - 900, endpointingMs: 300 });
    tell(6_000);
    expect(call.last("think")).toBeUndefined();
    call.tell({ type: "frame-sent", at: 6_100, utterance: call.speaking() });
    call.tell({ type: "played", at: 16_000, utterance: call.speaking() });
    tell(18_000);
    expect(call.all.filter(({ type }) => type === "think")).toHaveLength(1);
  });

  it.each([
    ["America/Chicago", "9 8 8"],
    ["Europe/London", "1 1 6, 1 2 3"],
    ["Europe/Berlin", "0 8 0 0, 1 1 1 0 1 1 1"],
    ["Asia/Tokyo", "findahelpline"],
  ])("in %s is told of %s", (zone, number) => {
    expect(carefulWords(zone)).toContain(number);
  });
});
