import { describe, expect, it } from "vitest";
import { begin, greeted } from "./virtual-call.ts";
import { isVoicemail } from "./who-answered.ts";

describe("a recorded greeting", () => {
  it.each([
    "Hi, you've reached Sam. Please leave a message after the beep.",
    "The person you are trying to reach is not available. At the tone, please record your message.",
    "Your call has been forwarded to an automated voice messaging system.",
    "The mailbox is full and cannot accept any messages at this time.",
    "Bitte hinterlassen Sie eine Nachricht nach dem Signalton.",
    "Por favor, deje su mensaje después de la señal.",
    "Veuillez laisser un message après le bip sonore.",
  ])("is known by '%s'", (text) => {
    expect(isVoicemail(text)).toBe(true);
  });

  it.each([
    "Hello?",
    "Hi, this is Sam.",
    "Sorry, I can't come to the door right now.",
    "I got your message.",
    "Did you leave me a message yesterday?",
    "My voicemail is broken.",
  ])("is not heard in '%s'", (text) => {
    expect(isVoicemail(text)).toBe(false);
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

  it("is no longer looked for once a conversation has begun", () => {
    const call = greeted();
    const text = "He said leave a message after the beep.";
    call.tell({ type: "turn-ended", at: 60_000, text, startedAt: 58_000, endpointingMs: 300 });
    expect(call.last("end")).toBeUndefined();
    expect(call.last("think")).toBeDefined();
  });
});
