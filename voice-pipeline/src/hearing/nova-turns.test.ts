import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NovaTurns } from "./nova-turns.ts";

const result = (transcript: string, start: number, duration: number, kind: "interim" | "final" | "end") =>
  JSON.stringify({
    type: "Results",
    start,
    duration,
    is_final: kind !== "interim",
    speech_final: kind === "end",
    channel: {
      alternatives: [{ transcript, words: transcript ? [{ start, end: start + duration - 0.3 }] : [] }],
    },
  });
const utteranceEnd = (last_word_end: number) => JSON.stringify({ type: "UtteranceEnd", last_word_end });

const hour = { fromMs: 0, toMs: 3_600_000 };
const turnsOf = (messages: readonly string[]): string[] => {
  const turns = new NovaTurns();
  return messages.flatMap((message) => {
    const event = turns.read(message, hour);
    return event?.type === "turn-ended" ? [event.text] : [];
  });
};

/** Three turns: ended by speech_final, by an empty speech_final, and by UtteranceEnd. */
const call = [
  result("hello", 0, 1, "interim"),
  result("hello", 0, 1, "final"),
  result("there", 1, 1.3, "end"),
  utteranceEnd(2),
  result("how are", 5, 1, "interim"),
  result("how are you", 5, 2, "final"),
  result("", 7, 0.3, "end"),
  result("", 8, 4, "final"),
  result("what a noise", 13, 2, "final"),
  utteranceEnd(14.7),
];

describe("turns of results", () => {
  it("end once each, whichever of speech_final and UtteranceEnd comes", () => {
    expect(turnsOf(call)).toEqual(["hello there", "how are you", "what a noise"]);
  });

  it("are the same when messages come twice, or an old one comes again late", () => {
    const again = fc.array(fc.record({ of: fc.nat(call.length - 1), later: fc.nat(4) }), { maxLength: 20 });
    fc.assert(
      fc.property(again, (copies) => {
        const places = copies.map(({ of, later }) => ({ message: call[of] ?? "", at: of + later + 0.5 }));
        const all = [...call.map((message, at) => ({ message, at })), ...places];
        const messages = all.toSorted((one, other) => one.at - other.at).map(({ message }) => message);
        expect(turnsOf(messages)).toEqual(["hello there", "how are you", "what a noise"]);
      }),
    );
  });

  it("put finals that changed places back in the order of the sound", () => {
    const swapped = [
      result("there", 1, 1, "final"),
      result("hello", 0, 1, "final"),
      result("", 2, 0.3, "end"),
    ];
    expect(turnsOf(swapped)).toEqual(["hello there"]);
  });

  it("are read from anything without an exception", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.constantFrom(...call)), fc.nat(80), (text, cut) => {
        new NovaTurns().read(text.slice(0, text.length - cut), hour);
      }),
    );
  });
});
