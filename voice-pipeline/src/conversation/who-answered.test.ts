import { describe, expect, it } from "vitest";
import { begin, greeted } from "./virtual-call.ts";
import { isMachine } from "./who-answered.ts";

const question = "Please state your name and the reason for calling, and I'll see if they are available.";

describe("a recorded greeting or menu", () => {
  it.each([
    "Hi, you've reached Sam. Please leave a message after the beep.",
    "The person you are trying to reach is not available. At the tone, please record your message.",
    "Your call has been forwarded to an automated voice messaging system.",
    "The mailbox is full and cannot accept any messages at this time.",
    "Bitte hinterlassen Sie eine Nachricht nach dem Signalton.",
    "Por favor, deje su mensaje después de la señal.",
    "Veuillez laisser un message après le bip sonore.",
    "Leave your name and number and I'll call you back.",
    "Please leave your name, number and the reason for your call, and we will get back to you.",
    "Hey it's Sam, leave a message!",
    "Hi, this is Sam. I can't take your call right now.",
    "Sorry, I can't come to the phone right now.",
    "We are unable to take your call at the moment.",
    "The person you are calling is not available.",
    "I can't take your call right now, call me later.",
    "You've reached the voicemail of Sam Miller.",
    "Sprechen Sie bitte nach dem Ton.",
    "Thank you for calling. Press 1 for sales, press 2 for support.",
    "For English, press one.",
    "To speak to an operator, press zero or stay on the line.",
    "Your call is important to us. Please listen carefully, as our menu options have changed.",
    "Para español, oprima el dos.",
  ])("is known by '%s'", (text) => {
    expect(isMachine(text)).toBe(true);
  });

  it.each([
    "Hello?",
    "Hi, this is Sam.",
    "Sorry, I can't come to the door right now.",
    "I got your message.",
    "Did you leave me a message yesterday?",
    "My voicemail is broken.",
    "I'll call you back.",
    "I will leave a message for him.",
    "Leave me alone!",
    "Should I press 1?",
    "Do I press 9 to stop the calls?",
    "I pressed 2 for support.",
    "What do you want?",
    "I can't talk right now.",
    "Is this a good number to reach you?",
    question,
  ])("is not heard in '%s'", (text) => {
    expect(isMachine(text)).toBe(false);
  });

  it("ends the call as voicemail, also amid the greeting, with nothing said after the tone", () => {
    const call = begin();
    call.tell({ type: "frame-sent", at: 10, utterance: call.speaking() });
    call.tell({ type: "words", at: 2_500, text: "please leave a message after the tone" });
    call.tell({ type: "held", at: 2_500, utterance: call.speaking(), heard: "Hello Sam" });
    expect(call.last("record")?.turn).toMatchObject({ speaker: "persona", text: "Hello Sam" });
    expect(call.last("end")).toEqual({ type: "end", reason: "voicemail", fault: "none" });
  });

  it("stands in the transcript before the end", () => {
    const call = greeted();
    const text = "Please leave a message after the tone.";
    call.tell({ type: "turn-ended", at: 6_000, text, startedAt: 4_500, endpointingMs: 300 });
    expect(call.all.slice(-2)).toMatchObject([
      { type: "record", turn: { speaker: "caller", text } },
      { type: "end", reason: "voicemail" },
    ]);
  });

  it("ends the call also when a person says so, for it can be no other", () => {
    const call = greeted();
    const text = "I can't take your call right now, call me later.";
    call.tell({ type: "turn-ended", at: 6_000, text, startedAt: 4_500, endpointingMs: 300 });
    expect(call.last("end")?.reason).toBe("voicemail");
  });

  it("is spoken to as a person is by a persona that does not leave machines", () => {
    const call = greeted(600, { leavesMachines: false });
    const text = "For English, press one.";
    call.tell({ type: "words", at: 5_500, text });
    call.tell({ type: "turn-ended", at: 6_000, text, startedAt: 4_500, endpointingMs: 300 });
    expect(call.last("think")?.history.at(-1)).toEqual({ role: "user", content: text });
    expect(call.last("end")).toBeUndefined();
  });

  it("is no menu in talk", () => {
    const call = greeted();
    const text = "And then it said press 1 for sales.";
    call.tell({ type: "turn-ended", at: 40_000, text, startedAt: 38_000, endpointingMs: 300 });
    expect(call.last("end")).toBeUndefined();
  });

  it("is no longer looked for once a conversation has begun", () => {
    const call = greeted();
    const text = "He said leave a message after the beep.";
    call.tell({ type: "turn-ended", at: 60_000, text, startedAt: 58_000, endpointingMs: 300 });
    expect(call.last("end")).toBeUndefined();
    expect(call.last("think")).toBeDefined();
  });
});

describe("a speech that takes no notice of the greeting", () => {
  const recorded =
    "Hi this is Sam and I am out hiking in the mountains till Monday so you know what to do and I will talk to you soon";
  /** Words come in one turn, one each 330 ms, while the greeting is said. */
  const hears = (text: string, from: number, words: number) => {
    const call = begin();
    call.tell({ type: "frame-sent", at: 10, utterance: call.speaking() });
    const all = text.split(" ");
    for (let count = 1; count <= words; count += 1)
      call.tell({ type: "words", at: from + count * 330, text: all.slice(0, count).join(" ") });
    call.tell({ type: "held", at: from + words * 330, utterance: call.speaking(), heard: "Hello Sam" });
    return call;
  };

  it("is a machine's", () => {
    const call = hears(recorded, 500, 17);
    expect(call.last("end")).toMatchObject({ reason: "voicemail" });
    expect(call.all.flatMap((each) => (each.type === "record" ? [each.turn.speaker] : []))).toEqual([
      "caller",
      "persona",
    ]);
  });

  it.each([
    ["is not known after a few words", recorded, 500, 12],
    ["is a person's when it begins in answer", recorded, 3_500, 16],
    [
      "is a person's when it asks",
      "who is this hello hello can you hear me I am not sure that you can hear me at all hello",
      500,
      17,
    ],
    [
      "is an assistant's when it screens",
      "Hi if you record your name and reason for calling I will see if this person is available to talk",
      500,
      17,
    ],
  ])("%s", (_, text, from, words) => {
    expect(hears(text, from, words).last("end")).toBeUndefined();
  });

  it("is a person's once the greeting is over", () => {
    const call = greeted();
    const text = recorded;
    call.tell({ type: "words", at: 4_500, text: "Hi" });
    call.tell({ type: "words", at: 11_000, text });
    expect(call.last("end")).toBeUndefined();
  });
});
