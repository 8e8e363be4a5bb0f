/** Our own voice, come back over a bad line, is nobody's turn; a caller who says our words is. */
import { describe, expect, it } from "vitest";
import { greeted } from "./virtual-call.ts";

type Call = ReturnType<typeof greeted>;

const says = (call: Call, at: number, text: string, startedAt = at - 800) =>
  call.tell({ type: "turn-ended", at, text, startedAt, endpointingMs: 300 });
const count = (call: Call, type: Call["all"][number]["type"]) =>
  call.all.filter((action) => action.type === type).length;
/** It has been asked, and is heard to say so from 6300 on, a word each 250 ms. */
const asking = (text = "Would you like the short story or the long one?", words = 99) => {
  const call = greeted();
  says(call, 6_000, "Go on then.");
  const request = call.last("think")?.request ?? 0;
  call.tell({ type: "token", at: 6_100, request, text });
  call.tell({ type: "thought", at: 6_200, request, calls: [] });
  call.tell({ type: "frame-sent", at: 6_300, utterance: call.speaking() });
  const spoken = text.split(" ").slice(0, words);
  for (const index of spoken.keys()) {
    const heard = spoken.slice(0, index + 1).join(" ");
    call.tell({ type: "heard", at: 6_550 + index * 250, text: heard });
  }
  return { call, at: 6_550 + spoken.length * 250 };
};

describe("our own words", () => {
  it("are neither written down nor answered, nor do they stop the voice", () => {
    const { call, at } = asking();
    const records = count(call, "record");
    call.tell({ type: "words", at: at - 1_000, text: "would you like the" });
    says(call, at, "would you like the short story", at - 2_000);
    expect([count(call, "hold"), count(call, "record")]).toEqual([0, records]);
    call.tell({ type: "played", at: at + 100, utterance: call.speaking() });
    expect(count(call, "think")).toBe(1);
  });

  it("are not answered either when they end just after it has spoken", () => {
    const { call, at } = asking();
    call.tell({ type: "played", at, utterance: call.speaking() });
    const records = count(call, "record");
    says(call, at + 700, "or the long one", at - 500);
    expect([count(call, "think"), count(call, "record")]).toEqual([1, records]);
  });

  it("are known with one of them misheard", () => {
    const { call, at } = asking();
    says(call, at, "would you like the shorts story or", at - 2_000);
    expect(call.last("record")?.turn.text).toBe("Go on then.");
  });

  it("one by one stop nothing while the line is quiet", () => {
    const { call, at } = asking();
    call.tell({ type: "words", at, text: "story" });
    expect(count(call, "hold")).toBe(0);
  });

  it("are no sign of life", () => {
    const { call, at } = asking();
    call.tell({ type: "played", at, utterance: call.speaking() });
    says(call, at + 700, "or the long one", at - 500);
    call.tell({ type: "tick", at: at + 8_000 });
    expect(call.last("say")?.text).toContain("still there");
  });
});

describe("a caller who says our words", () => {
  it("is answered when they chose", () => {
    const { call, at } = asking();
    call.tell({ type: "played", at, utterance: call.speaking() });
    call.tell({ type: "sound", at: at + 400 });
    says(call, at + 1_500, "The short story.", at + 400);
    expect(call.last("think")?.history.at(-1)?.content).toBe("The short story.");
  });

  it("is answered when they chose before we had said so", () => {
    const { call, at } = asking(undefined, 4);
    call.tell({ type: "sound", at });
    call.tell({ type: "held", at, utterance: call.speaking(), heard: "Would you like the" });
    says(call, at + 900, "The long one!", at);
    expect(call.last("think")?.history.at(-1)?.content).toBe("The long one!");
  });

  it("is answered over our voice, when it was loud", () => {
    const { call, at } = asking();
    call.tell({ type: "sound", at: at - 700 });
    call.tell({
      type: "held",
      at: at - 700,
      utterance: call.speaking(),
      heard: "Would you like the short story",
    });
    says(call, at, "The short story.", at - 700);
    expect(call.last("think")?.history.at(-1)?.content).toBe("The short story.");
  });

  it("is answered a while after", () => {
    const { call, at } = asking();
    call.tell({ type: "played", at, utterance: call.speaking() });
    says(call, at + 6_000, "The short story.", at + 5_000);
    expect(call.last("think")?.history.at(-1)?.content).toBe("The short story.");
  });

  it("is answered when there is more than our words", () => {
    const { call, at } = asking();
    call.tell({ type: "words", at, text: "the short story please" });
    call.tell({ type: "held", at, utterance: call.speaking(), heard: "Would you like the short story" });
    says(call, at + 500, "The short story, please.");
    expect(call.last("think")?.history.at(-1)?.content).toBe("The short story, please.");
  });
});
