/** Turns that end while the persona still speaks, on a virtual clock: what they deserve is given once it has spoken. */
import { describe, expect, it } from "vitest";
import { begin, greeted } from "./virtual-call.ts";

type Call = ReturnType<typeof greeted>;

const says = (call: Call, at: number, text: string) =>
  call.tell({ type: "turn-ended", at, text, startedAt: at - 800, endpointingMs: 300 });
const thoughts = (call: Call) => call.all.filter(({ type }) => type === "think").length;
const played = (call: Call, at: number) => call.tell({ type: "played", at, utterance: call.speaking() });

const greeting = () => {
  const call = begin();
  call.tell({ type: "frame-sent", at: 10, utterance: call.speaking() });
  return call;
};
/** The persona says something that takes until 9000, and `heard` of it was heard by 7000. */
const saying = (text: string, heard: string) => {
  const call = greeted();
  says(call, 6_000, "Go on then.");
  const request = call.last("think")?.request ?? 0;
  call.tell({ type: "token", at: 6_100, request, text });
  call.tell({ type: "thought", at: 6_200, request, calls: [] });
  call.tell({ type: "frame-sent", at: 6_300, utterance: call.speaking() });
  call.tell({ type: "heard", at: 7_000, text: heard });
  return call;
};

describe("a turn that ends over the greeting", () => {
  it("is answered after it when it is more than a hello", () => {
    const call = greeting();
    says(call, 2_000, "Who are you and what do you want?");
    expect(call.last("record")?.turn.text).toBe("Who are you and what do you want?");
    expect([call.last("hold"), thoughts(call)]).toEqual([undefined, 0]);
    played(call, 4_000);
    expect(call.last("think")?.history).toMatchObject([
      { role: "assistant" },
      { role: "user", content: "Who are you and what do you want?" },
    ]);
  });

  it.each(["Hello?", "Hello? Hello?", "Hi, this is Sam.", "Sam speaking.", "Hallo?", "Yes, hello?", "Mhm."])(
    "starts no turn when it is '%s'",
    (text) => {
      const call = greeting();
      says(call, 2_000, text);
      played(call, 4_000);
      expect(thoughts(call)).toBe(0);
    },
  );

  it("is answered with all that was said, also when a hello follows it", () => {
    const call = greeting();
    says(call, 1_500, "How did you get my number?");
    says(call, 3_500, "Hello?");
    played(call, 4_000);
    expect(thoughts(call)).toBe(1);
    expect(
      call
        .last("think")
        ?.history.map(({ content }) => content)
        .slice(1),
    ).toEqual(["How did you get my number?", "Hello?"]);
  });
});

describe("a word of a listener", () => {
  it("is an answer when it falls on the last words of a question", () => {
    const call = saying("Here it comes. Would you like to hear a story?", "Here it comes. Would you like");
    says(call, 8_000, "Yes.");
    expect([call.last("hold"), thoughts(call)]).toEqual([undefined, 1]);
    played(call, 9_000);
    expect(call.last("think")?.history.slice(-2)).toEqual([
      { role: "assistant", content: "Here it comes. Would you like to hear a story?" },
      { role: "user", content: "Yes." },
    ]);
    expect(thoughts(call)).toBe(2);
  });

  it.each([
    ["amid a question", "Would you like to hear a story about a fox?", "Would you"],
    ["before the end of what is no question", "Then the fox went home.", "Then the fox went"],
  ])("is none %s", (_, text, heard) => {
    const call = saying(text, heard);
    says(call, 8_000, "Yes.");
    played(call, 9_000);
    expect(thoughts(call)).toBe(1);
  });

  it("stands after what it was said to, in the words that the model reads", () => {
    const call = saying("Then the fox went home.", "Then");
    says(call, 8_000, "Mhm.");
    played(call, 9_000);
    says(call, 11_000, "What then?");
    expect(
      call
        .last("think")
        ?.history.slice(-3)
        .map(({ content }) => content),
    ).toEqual(["Then the fox went home.", "Mhm.", "What then?"]);
  });

  it("is not answered beside the turn that follows it", () => {
    const call = saying("Here it comes. Would you like to hear a story?", "Here it comes. Would you like");
    says(call, 8_000, "Yes.");
    call.tell({ type: "words", at: 8_500, text: "but make it short" });
    call.tell({
      type: "held",
      at: 8_500,
      utterance: call.speaking(),
      heard: "Here it comes. Would you like to",
    });
    expect(thoughts(call)).toBe(1);
    says(call, 9_500, "But make it short.");
    expect(
      call
        .last("think")
        ?.history.slice(-2)
        .map(({ content }) => content),
    ).toEqual(["Yes.", "But make it short."]);
  });
});
