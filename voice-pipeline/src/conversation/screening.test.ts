/** A telephone's assistant that asks who calls, on a virtual clock. */
import { describe, expect, it } from "vitest";
import { isScreening } from "./screening.ts";
import { begin, greeted } from "./virtual-call.ts";

type Call = ReturnType<typeof begin>;

const question =
  "Hi, the person you're calling is using a screening service from Google. Go ahead and say your name and why you're calling.";
const says = (call: Call, at: number, text: string) =>
  call.tell({ type: "turn-ended", at, text, startedAt: at - 1_000, endpointingMs: 300 });
const spoken = (call: Call, from: number, until: number) => {
  call.tell({ type: "frame-sent", at: from, utterance: call.speaking() });
  call.tell({ type: "played", at: until, utterance: call.speaking() });
};
const count = (call: Call, type: Call["all"][number]["type"]) =>
  call.all.filter((action) => action.type === type).length;

describe("call screening", () => {
  it.each([
    question,
    "Hi, if you record your name and reason for calling, I'll see if this person is available.",
    "Please state your name after the tone.",
    "This call is being answered by Google Assistant.",
    "Before I try to connect you, may I ask who is calling?",
    "Leave your name and the reason for your call.",
  ])("is known by %j", (text) => expect(isScreening(text)).toBe(true));

  it.each([
    "Hello?",
    "Who is this?",
    "My name is Ada.",
    "Do you remember my name and my birthday?",
    "What is your name?",
    "Just a moment, please.",
    "Leave your name and number and I'll call you back.",
  ])("is not heard in %j", (text) => expect(isScreening(text)).toBe(false));

  it("does not delay the greeting, and is told who calls after it", () => {
    const call = begin();
    expect(call.last("say")?.text).toContain("an AI voice");
    call.tell({ type: "frame-sent", at: 10, utterance: call.speaking() });
    says(call, 3_000, question);
    expect(count(call, "say")).toBe(1);
    call.tell({ type: "played", at: 4_000, utterance: call.speaking() });
    call.tell({ type: "tick", at: 4_020 });
    expect(call.last("say")?.text).toBe(
      "This is Luna, an AI voice from CallMeBack, with the call that Sam asked for. Please put it through.",
    );
    expect(count(call, "think")).toBe(0);
  });

  it("is left alone while it looks for its owner, who is greeted anew with the disclosure", () => {
    const call = greeted();
    says(call, 5_000, question);
    call.tell({ type: "tick", at: 5_020 });
    spoken(call, 5_100, 9_000);
    says(call, 11_000, "Thank you, please stay on the line.");
    for (let at = 11_000; at < 30_000; at += 500) call.tell({ type: "tick", at });
    expect([count(call, "say"), count(call, "think")]).toEqual([2, 0]);
    says(call, 30_000, "Hello?");
    expect(call.last("say")?.text).toContain("an AI voice from CallMeBack.");
    spoken(call, 30_100, 34_000);
    says(call, 36_000, "I am fine.");
    expect(call.last("think")?.history.at(-1)?.content).toBe("I am fine.");
  });

  it("that says in the end that nobody is there is a mailbox", () => {
    const call = greeted();
    says(call, 5_000, question);
    call.tell({ type: "tick", at: 5_020 });
    spoken(call, 5_100, 9_000);
    says(call, 40_000, "Sam is not available. Please leave a message.");
    expect(call.last("end")?.reason).toBe("voicemail");
  });

  it("that never finds its owner is not waited for without an end", () => {
    const call = greeted();
    says(call, 5_000, question);
    call.tell({ type: "tick", at: 5_020 });
    spoken(call, 5_100, 9_000);
    for (let at = 9_000; at < 80_000; at += 500) {
      const before = count(call, "say");
      call.tell({ type: "tick", at });
      if (count(call, "say") > before) spoken(call, at, at + 400);
    }
    expect(call.last("end")?.reason).toBe("silence");
  });

  it("is told at most twice", () => {
    const call = greeted();
    for (let at = 5_000; at < 40_000; at += 5_000) {
      says(call, at, question);
      call.tell({ type: "tick", at: at + 20 });
      if (call.last("say")?.text.includes("put it through")) spoken(call, at + 100, at + 3_000);
    }
    expect(
      call.all.filter((action) => action.type === "say" && action.text.includes("through")),
    ).toHaveLength(2);
    expect(count(call, "think")).toBe(0);
  });

  it("is no longer looked for once a conversation has begun", () => {
    const call = greeted();
    says(call, 60_000, "Say your name and why you called.");
    expect(call.last("think")).toBeDefined();
  });
});
