/** A caller who goes on before the reply is heard, on a virtual clock. */
import { describe, expect, it } from "vitest";
import { begin, greeted, replying } from "./virtual-call.ts";

const asked = () => {
  const call = greeted();
  call.tell({ type: "turn-ended", at: 6_000, text: "Tell me.", startedAt: 5_000, endpointingMs: 300 });
  return { ...call, request: call.last("think")?.request ?? 0 };
};
/** The reply is thought of and is on its way to the voice. */
const thought = () => {
  const call = asked();
  call.tell({ type: "token", at: 6_100, request: call.request, text: "One two three four." });
  call.tell({ type: "thought", at: 6_120, request: call.request, calls: [] });
  return call;
};

describe("a reply that nobody has heard yet", () => {
  it("is held back at sound, and dropped for the words that follow", () => {
    const call = thought();
    call.tell({ type: "sound", at: 6_150 });
    expect(call.last("hold")?.utterance).toBe(call.speaking());
    call.tell({ type: "held", at: 6_150, utterance: call.speaking(), heard: "" });
    call.tell({ type: "words", at: 6_500, text: "no wait" });
    expect(call.last("drop")?.utterance).toBe(call.speaking());
    call.tell({ type: "turn-ended", at: 7_200, text: "No, wait.", startedAt: 6_100, endpointingMs: 300 });
    expect(call.last("think")?.history.slice(-2)).toEqual([
      { role: "user", content: "Tell me." },
      { role: "user", content: "No, wait." },
    ]);
    expect(call.all.filter((each) => each.type === "record" && each.turn.interrupted)).toEqual([]);
  });

  it("is given back when the sound brings no words", () => {
    const call = thought();
    call.tell({ type: "sound", at: 6_150 });
    call.tell({ type: "held", at: 6_150, utterance: call.speaking(), heard: "" });
    call.tell({ type: "quiet", at: 6_300 });
    call.tell({ type: "tick", at: 6_780 });
    expect(call.last("resume")).toBeUndefined();
    call.tell({ type: "tick", at: 6_800 });
    expect(call.last("resume")?.utterance).toBe(call.speaking());
  });

  it("is held also while it is thought of", () => {
    const call = asked();
    call.tell({ type: "sound", at: 6_050 });
    call.tell({ type: "held", at: 6_050, utterance: call.last("hold")?.utterance ?? 0, heard: "" });
    call.tell({ type: "token", at: 6_100, request: call.request, text: "One two three four." });
    call.tell({ type: "thought", at: 6_120, request: call.request, calls: [] });
    expect(call.last("hold")?.utterance).toBe(call.last("say")?.utterance);
    expect(call.last("resume")).toBeUndefined();
  });

  it("is held from its first moment when sound came while the turn was being ended", () => {
    const call = greeted();
    call.tell({ type: "sound", at: 5_900 });
    call.tell({ type: "turn-ended", at: 6_000, text: "Tell me.", startedAt: 5_000, endpointingMs: 300 });
    expect(call.last("hold")).toBeDefined();
  });

  it("is not held for the sound of the turn itself, however long that lasts", () => {
    const call = greeted();
    call.tell({ type: "sound", at: 5_000 });
    call.tell({ type: "turn-ended", at: 6_000, text: "Tell me.", startedAt: 5_000, endpointingMs: 300 });
    expect(call.last("hold")).toBeUndefined();
  });

  it("is dropped for words that come without a sound", () => {
    const call = thought();
    call.tell({ type: "words", at: 6_500, text: "no wait" });
    call.tell({ type: "held", at: 6_500, utterance: call.speaking(), heard: "" });
    expect(call.last("drop")?.utterance).toBe(call.speaking());
  });
});

it("the greeting is not held back", () => {
  const call = begin();
  call.tell({ type: "sound", at: 5 });
  expect(call.last("hold")).toBeUndefined();
});

describe("a turn that was none", () => {
  const nothing = (at: number) => ({
    type: "turn-ended" as const,
    at,
    text: "",
    startedAt: at - 900,
    endpointingMs: 300,
  });
  const stopped = () => {
    const call = replying();
    call.tell({ type: "words", at: 7_000, text: "wait please" });
    call.tell({ type: "held", at: 7_000, utterance: call.speaking(), heard: "One two" });
    return call;
  };
  const goesOn = expect.stringContaining("Go on where you were stopped");

  it("lets the persona go on where it was stopped, and is written down nowhere", () => {
    const call = stopped();
    call.tell(nothing(9_000));
    for (const at of [9_900, 10_000]) call.tell({ type: "tick", at });
    expect(call.last("think")?.history.slice(-3)).toMatchObject([
      { role: "assistant", content: "One two" },
      { role: "system" },
      { role: "system", content: goesOn },
    ]);
    call.tell({ type: "caller-gone", at: 10_100, heard: "" });
    const said = call.all.flatMap((each) => (each.type === "record" ? [each.turn.text] : []));
    expect(said.slice(-2)).toEqual(["Tell me.", "One two"]);
  });

  it("does so too when the words were our own echo", () => {
    const call = stopped();
    call.tell({ ...nothing(7_600), text: "One two.", startedAt: 6_900 });
    call.tell({ type: "tick", at: 8_600 });
    expect(call.last("think")?.history.at(-1)?.content).toEqual(goesOn);
  });

  it("leaves the floor to somebody who speaks", () => {
    const call = stopped();
    const before = call.all.filter(({ type }) => type === "think").length;
    call.tell({ type: "sound", at: 8_900 });
    call.tell(nothing(9_000));
    call.tell({ type: "tick", at: 10_000 });
    expect(call.all.filter(({ type }) => type === "think")).toHaveLength(before);
    call.tell({ ...nothing(10_800), text: "Wait, please." });
    expect(call.last("think")?.history.at(-1)?.content).toBe("Wait, please.");
    call.tell({ type: "quiet", at: 10_900 });
    call.tell({ type: "tick", at: 11_000 });
    expect(call.all.filter(({ type }) => type === "think")).toHaveLength(before + 1);
  });

  it("ends what was waited for", () => {
    const call = greeted();
    call.tell({ ...nothing(6_000), text: "My number is four one five and" });
    call.tell({ type: "words", at: 6_500, text: "uh" });
    call.tell(nothing(7_000));
    call.tell({ type: "tick", at: 7_020 });
    expect(call.last("record")?.turn.text).toBe("My number is four one five and");
    expect(call.last("think")?.history.at(-1)?.content).toBe("My number is four one five and");
  });

  it("changes nothing where nothing was stopped", () => {
    const call = greeted();
    const before = call.all.length;
    call.tell({ type: "words", at: 6_500, text: "uh" });
    call.tell(nothing(7_000));
    call.tell({ type: "caller-gone", at: 8_000, heard: "" });
    expect(call.all.slice(before).map(({ type }) => type)).toEqual(["end"]);
  });
});
