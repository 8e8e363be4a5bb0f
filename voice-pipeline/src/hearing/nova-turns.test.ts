import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NovaTurns } from "./nova-turns.ts";
import type { TurnEvent } from "./turn-reader.ts";

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

/** Words of 300 ms, each after the other from `from` on, in a result that covers the sound from `start` to `end`. */
const words = (text: string, from: number, start: number, end: number, kind: "interim" | "final" | "end") =>
  JSON.stringify({
    type: "Results",
    start,
    duration: end - start,
    is_final: kind !== "interim",
    speech_final: kind === "end",
    channel: {
      alternatives: [
        {
          transcript: text,
          words: text
            .split(" ")
            .filter(Boolean)
            .map((_, index) => ({ start: from + index * 0.3, end: from + (index + 1) * 0.3 })),
        },
      ],
    },
  });
const nothing = (start: number, end: number, kind: "interim" | "final" | "end") =>
  words("", 0, start, end, kind);

/** A message, or so many seconds of the line in frames of 20 ms. */
type Step = string | { loud: number } | { calm: number };

class Line {
  readonly turns = new NovaTurns();
  readonly told: TurnEvent[] = [];
  positionMs = 0;
  #fromMs = 0;
  #calmMs = 0;

  play(...steps: Step[]): TurnEvent[] {
    const before = this.told.length;
    for (const step of steps) {
      if (typeof step === "string")
        this.#note(this.turns.read(step, { fromMs: this.#fromMs, toMs: this.positionMs }));
      else if ("loud" in step) this.#frames(step.loud, true);
      else this.#frames(step.calm, false);
    }
    return this.told.slice(before);
  }

  reconnect(): void {
    this.turns.reconnect();
    this.#fromMs = this.turns.settledMs;
  }

  #frames(seconds: number, isLoud: boolean): void {
    for (let frame = 0; frame < Math.round(seconds * 50); frame += 1) {
      this.positionMs += 20;
      this.#calmMs = isLoud ? 0 : this.#calmMs + 20;
      this.#note(this.turns.overdue(this.positionMs, this.#calmMs));
    }
  }

  #note(event: TurnEvent | null): void {
    if (event) this.told.push(event);
  }
}

const ended = (text: string, startMs: number, endMs: number): TurnEvent => ({
  type: "turn-ended",
  text,
  startMs: expect.closeTo(startMs),
  endMs: expect.closeTo(endMs),
});
const soFar = (text: string): TurnEvent => ({ type: "words", text });

describe("a turn that nobody ends", () => {
  it("is over two and a half seconds after its last word, once", () => {
    const line = new Line();
    const final = words("that is all", 0.1, 0, 1.2, "final");
    expect(line.play({ loud: 1 }, { calm: 0.3 }, final, { calm: 2.1 })).toEqual([soFar("that is all")]);
    expect(line.play({ calm: 0.3 })).toEqual([ended("that is all", 100, 1_000)]);
    expect(line.play({ calm: 20 })).toEqual([]);
  });

  it("has the last interim words that no final told, and no word twice", () => {
    const line = new Line();
    line.play({ loud: 1.9 }, words("my number is four", 0.1, 0, 1.4, "interim"));
    line.play(words("my number is", 0.1, 0, 1, "final"), words("four one", 1, 1, 1.8, "interim"));
    expect(line.told.at(-1)).toEqual(soFar("my number is four one"));
    expect(line.play({ calm: 5 })).toEqual([ended("my number is four one", 100, 1_600)]);
  });

  it("leaves nothing of a word that begins before the result it is in", () => {
    const line = new Line();
    line.play(
      { loud: 1.4 },
      words("wait stop", 0.1, 0, 0.9, "final"),
      words("please", 0.7, 0.9, 1.2, "interim"),
    );
    expect(line.play(words("please", 0.7, 0.9, 1.3, "end"))).toEqual([ended("wait stop please", 100, 1_000)]);
    expect(line.play({ calm: 5 })).toEqual([]);
  });

  it("has the newest of them, though older results come late", () => {
    const line = new Line();
    line.play({ loud: 1.4 }, words("my number is four", 0.1, 0, 1.4, "interim"));
    expect(line.play(words("my number", 0.1, 0, 0.8, "interim"), nothing(0, 1, "interim"))).toEqual([]);
    expect(line.play({ calm: 5 })).toEqual([ended("my number is four", 100, 1_300)]);
  });

  it("is over also when no final came at all", () => {
    const line = new Line();
    line.play({ loud: 1 }, words("hello there", 0.2, 0, 1, "interim"));
    expect(line.play({ calm: 5 })).toEqual([ended("hello there", 200, 800)]);
  });

  it("waits for an UtteranceEnd that takes its time", () => {
    const line = new Line();
    line.play({ loud: 1 }, words("hello there", 0.2, 0, 1, "final"), { calm: 2.2 });
    expect(line.play(utteranceEnd(0.8), { calm: 10 })).toEqual([ended("hello there", 200, 800)]);
  });

  it("goes on while the caller speaks, though the words be late", () => {
    const line = new Line();
    line.play({ loud: 1 }, words("i would like", 0, 0, 1, "final"));
    expect(line.play({ loud: 6 }, { calm: 0.5 })).toEqual([]);
    expect(line.play(words("to go home", 5, 1, 6.5, "end"), { calm: 10 })).toEqual([
      ended("i would like to go home", 0, 5_900),
    ]);
  });

  it("goes on while words come, though they speak of seconds ago", () => {
    const line = new Line();
    line.play({ loud: 1 }, { calm: 4 }, words("i would", 0, 0, 0.7, "interim"), { calm: 1 });
    line.play(words("i would go", 0, 0, 1, "interim"), { calm: 1 });
    expect(line.told.map(({ type }) => type)).toEqual(["words", "words"]);
    expect(line.play(words("i would go", 0, 0, 1.3, "end"))).toEqual([ended("i would go", 0, 900)]);
  });

  it("is over on a loud line when what is loud was heard and is no words", () => {
    const line = new Line();
    line.play({ loud: 1 }, words("hello there", 0, 0, 1, "final"), { loud: 2 }, nothing(1, 3, "final"));
    expect(line.play({ loud: 1 }, nothing(3, 4, "interim"), { loud: 0.02 })).toEqual([
      ended("hello there", 0, 600),
    ]);
  });

  const late = [
    ["its final", words("hello there", 0.2, 0, 1.1, "final")],
    ["its final, with its words a little later", words("hello there", 0.4, 0, 1.3, "final")],
    ["its speech_final", words("Hello there.", 0.2, 0, 1.1, "end")],
    ["an empty speech_final", nothing(1, 4, "end")],
    ["its UtteranceEnd", utteranceEnd(0.8)],
    ["an interim result", words("hello there", 0.2, 0, 3, "interim")],
  ] as const;
  it.each(late)("is told once when %s comes after all", (_, message) => {
    for (const kind of ["interim", "final"] as const) {
      const line = new Line();
      line.play({ loud: 1 }, words("hello there", 0.2, 0, 1, kind), { calm: 3 });
      expect(line.told.map(({ type }) => type)).toEqual(["words", "turn-ended"]);
      expect(line.play(message, message, { calm: 10 })).toEqual([]);
      expect(line.play({ loud: 1 }, words("bye", 14.1, 13.5, 15, "end"), message)).toEqual([
        ended("bye", 14_100, 14_400),
      ]);
    }
  });

  it("leaves the words that it did not have to a new turn", () => {
    const line = new Line();
    line.play({ loud: 1 }, words("hello there", 0, 0, 0.7, "interim"), { calm: 3 });
    const whole = words("hello there how are you", 0, 0, 1.6, "final");
    expect(line.play(whole, { calm: 5 })).toEqual([soFar("how are you"), ended("how are you", 600, 1_500)]);
  });

  it("is neither told nor heard again on a new connection", () => {
    const line = new Line();
    line.play({ loud: 1 }, words("hello there", 0.2, 0, 1, "interim"), { calm: 3 });
    line.reconnect();
    expect(line.turns.settledMs).toBeCloseTo(800);
    expect(line.play(words("there", 0, 0, 0.4, "end"), { calm: 5 })).toEqual([]);
    expect(line.turns.leave().turn).toBeNull();
  });

  it("whose words a broken connection only began to tell is heard anew, or ends with them", () => {
    const line = new Line();
    line.play({ loud: 1 }, words("hello here", 0.2, 0, 0.9, "interim"));
    line.reconnect();
    expect(line.play(words("hello", 0.2, 0, 0.6, "interim"))).toEqual([soFar("hello")]);
    expect(line.play(words("hello there", 0.2, 0, 0.9, "end"), { calm: 5 })).toEqual([
      ended("hello there", 200, 800),
    ]);
    line.play({ loud: 1 }, words("bye", 5.6, 5.5, 6.5, "interim"));
    line.reconnect();
    expect(line.play({ calm: 5 })).toEqual([ended("bye", 5_600, 5_900)]);
  });

  it("ends as it would have, whichever of the ends of its call are lost", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: call.length, maxLength: call.length }), (lost) => {
        const line = new Line();
        call.forEach((message, index) => {
          const { type, start = 0, duration = 0, last_word_end = 0 } = JSON.parse(message);
          const seconds = type === "Results" ? start + duration + 0.2 : last_word_end + 1.2;
          line.play({ calm: Math.max(0, seconds - line.positionMs / 1000) });
          const isLost = lost[index] === true;
          if (isLost && type === "UtteranceEnd") return;
          line.play(isLost ? message.replace('"speech_final":true', '"speech_final":false') : message);
        });
        line.play({ calm: 5 });
        const texts = line.told.flatMap((event) => (event.type === "turn-ended" ? [event.text] : []));
        expect(texts).toEqual(["hello there", "how are you", "what a noise"]);
      }),
    );
  });
});

describe("words that come to nothing", () => {
  it.each(["final", "end"] as const)("are taken back, once, by an empty result that is a %s", (kind) => {
    const line = new Line();
    line.play({ loud: 1 }, words("hello there", 0.2, 0, 1, "interim"), { calm: 0.5 });
    expect(line.play(nothing(0, 1.5, kind), nothing(0, 1.5, kind))).toEqual([ended("", 200, 800)]);
    expect(line.play(words("hello there", 0.2, 0, 1, "interim"), utteranceEnd(0.8), { calm: 10 })).toEqual(
      [],
    );
  });

  it("are taken back in the end when only interim results say so", () => {
    const line = new Line();
    line.play({ loud: 1 }, words("hello there", 0.2, 0, 1, "interim"), { calm: 0.5 });
    expect(line.play(nothing(0, 1.5, "interim"), { calm: 5 })).toEqual([ended("", 200, 800)]);
    expect(line.play({ calm: 10 })).toEqual([]);
  });

  it("stay while the sound that they are in is not told", () => {
    const line = new Line();
    line.play({ loud: 1 }, words("hello", 0.6, 0, 1, "interim"));
    expect(line.play(nothing(0, 0.5, "final"), nothing(0, 0.5, "interim"))).toEqual([]);
    expect(line.play(words("hello", 0.6, 0.5, 1.3, "end"))).toEqual([ended("hello", 600, 900)]);
  });

  it("leave the words before them as they were", () => {
    const line = new Line();
    line.play({ loud: 2 }, words("hello", 0, 0, 0.5, "final"), words("um", 1, 0.5, 1.5, "interim"));
    expect(line.play(nothing(0.5, 2, "final"))).toEqual([soFar("hello")]);
    expect(line.play({ calm: 5 })).toEqual([ended("hello", 0, 300)]);
  });

  it("are followed by a turn of their own", () => {
    const line = new Line();
    line.play({ loud: 1 }, words("um", 0.2, 0, 1, "interim"), nothing(0, 1.5, "final"), { loud: 2 });
    expect(line.play(words("hello", 2, 1.5, 3, "end"))).toEqual([ended("hello", 2_000, 2_300)]);
  });
});
