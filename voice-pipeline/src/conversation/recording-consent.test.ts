/** Who agrees to be recorded, and who does not, on a virtual clock. */
import { describe, expect, it } from "vitest";
import { consentIn, isWithdrawal } from "./consent-words.ts";
import type { Action } from "./events.ts";
import { lines } from "./lines.ts";
import { wordsOf } from "./plain-words.ts";
import { begin } from "./virtual-call.ts";

type Call = ReturnType<typeof begin>;

const question = "May I record this call, so that you can listen to it later?";
const opening = "It's good to talk to you. How are you?";
const greetedAt = 8_000;

const says = (call: Call, at: number, text: string, startedAt = at - 500) => {
  call.tell({ type: "words", at: at - 200, text });
  call.tell({ type: "turn-ended", at, text, startedAt, endpointingMs: 300 });
};
const spoken = (call: Call, from: number, until: number) => {
  call.tell({ type: "frame-sent", at: from, utterance: call.speaking() });
  call.tell({ type: "played", at: until, utterance: call.speaking() });
};
/** The question was heard whole. */
const asked = (): Call => {
  const call = begin(600, { isAsked: true });
  spoken(call, 10, greetedAt);
  return call;
};
const ticks = (call: Call, from: number, until: number) => {
  for (let at = from; at <= until; at += 20) call.tell({ type: "tick", at });
};
const types = (call: Call): Action["type"][] => call.all.map(({ type }) => type);
const count = (call: Call, type: Action["type"]): number =>
  types(call).filter((each) => each === type).length;
const said = (call: Call): string[] => call.all.flatMap((each) => (each.type === "say" ? [each.text] : []));

/** Recorded, and the persona waits for the caller. */
const recording = (): Call => {
  const call = asked();
  says(call, 9_000, "Yes.");
  spoken(call, 9_100, 12_000);
  return call;
};

describe("agreement", () => {
  it.each([
    ...[
      "Yes.",
      "yes, please",
      "Yeah, sure.",
      "Oh yes, of course.",
      "Sure, go ahead!",
      "I don't mind.",
      "Okay, yes.",
    ],
    ...["That’s fine.", "You may record this call.", "I agree.", "Ja, gerne.", "Sí, claro.", "Hello! Yes."],
    ...[
      "I have no problem with that.",
      "Yes, it's perfectly okay with me.",
      "Sure, why not.",
      "Yes, I do not mind.",
    ],
  ])("is heard in %j", (text) => expect(consentIn(text)).toBe("yes"));

  it.each([
    ...[
      "No.",
      "No, thank you.",
      "I'd rather not.",
      "Please don't.",
      "Not today",
      "Nein, danke.",
      "Yes, no, I mean no.",
    ],
    ...[
      "I don't want to be recorded.",
      "Stop recording!",
      "Yes, but don't record my name.",
      "Do not record me, okay?",
    ],
  ])("is refused in %j", (text) => expect(consentIn(text)).toBe("no"));

  it.each([
    ...[
      "Yes?",
      "Hello?",
      "Okay.",
      "Mhm.",
      "Fine.",
      "Yes, but who is this?",
      "Who are you?",
      "Yesterday I was sick.",
    ],
    ...["Yes I heard that you record calls", "The caller pressed 1.", "…", "Ask my sister, sure she knows."],
  ])("is neither in %j", (text) => expect(consentIn(text)).toBe("unclear"));

  it.each([
    ...[
      "Stop recording.",
      "Could you stop recording this, please?",
      "Please turn the recording off.",
      "Don't record me.",
    ],
    ...[
      "I don't want this to be recorded.",
      "Delete the recording.",
      "I withdraw my consent.",
      "No more recording.",
    ],
    ...[
      "I no longer want to be recorded",
      "Bitte nicht mehr aufnehmen",
      "Deje de grabar",
      "Arrêtez d'enregistrer",
    ],
  ])("is taken back by %j", (text) => expect(isWithdrawal(text)).toBe(true));

  it.each([
    ...[
      "Don't stop recording.",
      "Do you record this?",
      "Why did you stop recording?",
      "I bought a record player.",
    ],
    ...[
      "If I ask you to stop recording, do you?",
      "Stop it.",
      "He broke the world record.",
      "There is no recording of it.",
    ],
  ])("is not taken back by %j", (text) => expect(isWithdrawal(text)).toBe(false));
});

describe("a call that is not to be recorded", () => {
  it("is never asked about it, and nothing that is said begins or ends a recording", () => {
    const call = begin();
    expect(said(call)).toEqual([expect.not.stringContaining("record")]);
    spoken(call, 10, greetedAt);
    says(call, 9_000, "Yes.");
    says(call, 11_000, "Stop recording.");
    expect([count(call, "think"), count(call, "start-recording"), count(call, "stop-recording")]).toEqual([
      2, 0, 0,
    ]);
  });
});

describe("the question", () => {
  it("follows the disclosure in fixed words, before the opening, and is not cut", () => {
    const call = begin(600, { isAsked: true });
    expect(said(call)).toEqual([`Hello Sam, this is Luna, an AI voice from CallMeBack. ${question}`]);
    call.tell({ type: "frame-sent", at: 10, utterance: call.speaking() });
    call.tell({ type: "sound", at: 200 });
    says(call, 900, "Hello? Who is this?");
    expect([count(call, "hold"), count(call, "think"), count(call, "say")]).toEqual([0, 0, 1]);
  });

  it.each([lines.mayRecord, lines.mayRecordAgain])(
    "holds no word that its echo could agree with: %j",
    (text) => {
      for (const word of wordsOf(text)) expect(consentIn(word)).not.toBe("yes");
    },
  );

  it("answered by a clear yes begins the recording, and not before, with the words as evidence", () => {
    const call = asked();
    expect(count(call, "start-recording")).toBe(0);
    says(call, 9_000, "Yes, please.");
    expect(call.last("start-recording")).toEqual({ type: "start-recording", evidence: "Yes, please." });
    expect(said(call).at(-1)).toBe(`Thank you. I am recording now. ${opening}`);
    expect([count(call, "think"), count(call, "start-recording")]).toEqual([0, 1]);
    expect(call.last("record")?.turn).toMatchObject({ speaker: "caller", text: "Yes, please." });
  });

  it("answered over its last word is answered", () => {
    const call = asked();
    says(call, 8_600, "Yes.", greetedAt - 400);
    expect(count(call, "start-recording")).toBe(1);
  });

  it("is not answered by a yes that was said before it was heard", () => {
    const call = begin(600, { isAsked: true });
    call.tell({ type: "frame-sent", at: 10, utterance: call.speaking() });
    says(call, 1_000, "Yes.");
    call.tell({ type: "played", at: greetedAt, utterance: call.speaking() });
    says(call, 8_500, "Yes.", 2_000);
    expect(count(call, "start-recording")).toBe(0);
    expect(said(call).at(-1)).toBe(lines.mayRecordAgain);
  });

  it.each(["No.", "I'd rather not."])(
    "answered by %j begins nothing, and the conversation goes on",
    (text) => {
      const call = asked();
      says(call, 9_000, text);
      expect(said(call).at(-1)).toBe(`All right, this call is not recorded. ${opening}`);
      spoken(call, 9_100, 13_000);
      says(call, 15_000, "Yes, I am fine.");
      expect([count(call, "start-recording"), count(call, "think")]).toEqual([0, 1]);
      expect(
        call
          .last("think")
          ?.history.map(({ content }) => content)
          .join("\n"),
      ).toContain("did not agree");
    },
  );

  it("answered by nothing clear is asked once more, then it is a no", () => {
    const call = asked();
    says(call, 9_000, "Who are you?");
    expect(said(call).at(-1)).toBe(lines.mayRecordAgain);
    spoken(call, 9_100, 12_000);
    says(call, 13_000, "Mhm.");
    expect(said(call).at(-1)).toContain("not recorded");
    spoken(call, 13_100, 16_000);
    says(call, 17_000, "Yes.");
    expect([count(call, "start-recording"), count(call, "think")]).toEqual([0, 1]);
  });

  it("is answered by a yes while it is asked once more", () => {
    const call = asked();
    says(call, 9_000, "Well, uh …");
    call.tell({ type: "frame-sent", at: 9_100, utterance: call.speaking() });
    says(call, 9_800, "Yes.");
    call.tell({ type: "held", at: 9_810, utterance: call.speaking(), heard: "I'm sorry, I" });
    expect(count(call, "start-recording")).toBe(1);
    expect(said(call).at(-1)).toContain("I am recording now.");
  });

  it("answered while it is asked once more stands written down, though they hang up at once", () => {
    const call = asked();
    says(call, 9_000, "Well, uh …");
    call.tell({ type: "frame-sent", at: 9_100, utterance: call.speaking() });
    says(call, 9_800, "Yes.");
    call.tell({ type: "caller-gone", at: 9_810, heard: "I'm sorry" });
    const written = call.all.flatMap((each) => (each.type === "record" ? [each.turn] : []));
    expect(written.filter(({ speaker }) => speaker === "caller").map(({ text }) => text)).toContain("Yes.");
  });

  it("answered by silence is a no after five seconds", () => {
    const call = asked();
    ticks(call, greetedAt, greetedAt + 4_980);
    expect(count(call, "say")).toBe(1);
    ticks(call, greetedAt + 5_000, greetedAt + 5_000);
    expect(said(call).at(-1)).toBe(`All right, this call is not recorded. ${opening}`);
    expect(count(call, "start-recording")).toBe(0);
  });

  it("thinks of no reply to its answer, however early the end of the turn is guessed", () => {
    const call = asked();
    call.tell({ type: "eager-turn", at: 8_900, text: "Yes." });
    says(call, 9_000, "Yes.");
    expect(count(call, "think")).toBe(0);
  });

  it("is dropped when something graver comes up: the next yes is not one to it", () => {
    const call = asked();
    says(call, 9_000, "I want to kill myself.");
    spoken(call, 9_100, 20_000);
    says(call, 21_000, "Yes.");
    expect([count(call, "start-recording"), count(call, "think")]).toEqual([0, 1]);
  });

  it("is not answered by a telephone's assistant, and put anew to whoever comes", () => {
    const call = asked();
    says(call, 9_000, "Please state your name after the tone.");
    call.tell({ type: "tick", at: 9_020 });
    spoken(call, 9_100, 12_000);
    says(call, 13_000, "Yes.");
    expect(count(call, "start-recording")).toBe(0);
    expect(said(call).at(-1)).toContain(question);
    spoken(call, 13_100, 20_000);
    says(call, 21_000, "Yes.");
    expect(count(call, "start-recording")).toBe(1);
  });
});

describe("an agreement that is taken back", () => {
  it("ends the recording at once, in fixed words, and is not asked for again", () => {
    const call = recording();
    call.tell({ type: "eager-turn", at: 13_900, text: "Please stop recording." });
    says(call, 14_000, "Please stop recording.");
    expect(call.last("stop-recording")).toEqual({
      type: "stop-recording",
      evidence: "Please stop recording.",
    });
    expect(said(call).at(-1)).toBe("I have stopped recording, and what was recorded is being deleted.");
    expect(count(call, "think")).toBe(0);
    spoken(call, 14_100, 17_000);
    says(call, 18_000, "Yes.");
    says(call, 19_000, "Stop recording.");
    expect([count(call, "start-recording"), count(call, "stop-recording")]).toEqual([1, 1]);
  });

  it("over the persona's words stops them", () => {
    const call = recording();
    says(call, 14_000, "Tell me something.");
    const request = call.last("think")?.request ?? 0;
    call.tell({ type: "token", at: 14_100, request, text: "One two three four." });
    call.tell({ type: "frame-sent", at: 14_200, utterance: call.speaking() });
    call.tell({ type: "sound", at: 14_500 });
    call.tell({ type: "held", at: 14_500, utterance: call.speaking(), heard: "One" });
    says(call, 15_500, "Stop recording.");
    expect(types(call).slice(types(call).indexOf("stop-recording"))).toContain("say");
    expect(count(call, "stop-recording")).toBe(1);
    expect(call.all.findLast(({ type }) => type === "abort")).toMatchObject({ request });
  });

  it.each([
    ["never to be called again", "Stop recording. Stop calling me.", "opt-out"],
    ["for help", "Stop recording, I want to die.", "say"],
  ] as const)("holds beside a wish %s", (_, text, also) => {
    const call = recording();
    const before = count(call, also);
    says(call, 14_000, text);
    expect(call.last("stop-recording")?.evidence).toBe(text);
    expect(count(call, also)).toBeGreaterThan(before);
    says(call, 30_000, "Delete the recording.");
    expect(count(call, "stop-recording")).toBe(1);
  });

  it("is not undone by words that an assistant might say", () => {
    const call = recording();
    says(call, 20_000, "Sorry, my Google Assistant picks up first.");
    expect([count(call, "think"), said(call).filter((text) => text.includes("put it through"))]).toEqual([
      1,
      [],
    ]);
    says(call, 24_000, "Stop recording.");
    expect(count(call, "stop-recording")).toBe(1);
  });

  it("holds in the last words of a call, whose turn never ended", () => {
    const call = recording();
    call.tell({ type: "words", at: 14_000, text: "Please stop recording" });
    call.tell({ type: "caller-gone", at: 14_100, heard: "" });
    expect(types(call).slice(-3)).toEqual(["record", "stop-recording", "end"]);
  });

  it("while the persona says goodbye is heard too", () => {
    const call = recording();
    says(call, 14_000, "Stop calling me.");
    call.tell({ type: "frame-sent", at: 14_100, utterance: call.speaking() });
    says(call, 14_500, "And delete the recording.");
    expect(count(call, "stop-recording")).toBe(1);
    call.tell({ type: "played", at: 16_000, utterance: call.speaking() });
    expect(call.last("end")?.reason).toBe("opt_out");
  });
});
