import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FluxTurns } from "./flux-turns.ts";

interface Info {
  sequence: number;
  event: string;
  turn: number;
  text: string;
  until: number;
}
/** Each word lasts half a second from the start of the connection's sound. */
const info = ({ sequence, event, turn, text, until }: Info): string =>
  JSON.stringify({
    type: "TurnInfo",
    sequence_id: sequence,
    event,
    turn_index: turn,
    audio_window_start: 0,
    audio_window_end: until,
    transcript: text,
    words: text
      .split(" ")
      .filter(Boolean)
      .map((word, index) => ({ word, start: index / 2, end: index / 2 + 0.4 })),
  });

const story: [event: string, turn: number, text: string][] = [
  ["StartOfTurn", 0, "Hello"],
  ["Update", 0, "Hello there."],
  ["EagerEndOfTurn", 0, "Hello there."],
  ["EndOfTurn", 0, "Hello there."],
  ["Update", 1, ""],
  ["StartOfTurn", 1, "I would"],
  ["EagerEndOfTurn", 1, "I would"],
  ["TurnResumed", 1, "I would"],
  ["Update", 1, "I would go."],
  ["EndOfTurn", 1, "I would go."],
];
const call = story.map(([event, turn, text], sequence) =>
  info({ sequence, event, turn, text, until: sequence }),
);
const from = (fromMs: number) => ({ fromMs, toMs: fromMs + 3_600_000 });
const typesOf = (messages: readonly string[]) => {
  const turns = new FluxTurns();
  return messages.flatMap((message) => turns.read(message, from(0))?.type ?? []);
};
const told = [
  ...["words", "words", "eager-turn", "turn-ended"],
  ...["words", "eager-turn", "turn-resumed", "words", "turn-ended"],
];

describe("turns of TurnInfo", () => {
  it("are told once for each piece of news", () => expect(typesOf(call)).toEqual(told));

  it("are the same when messages come twice, or an old one comes again late", () => {
    const again = fc.array(fc.record({ of: fc.nat(call.length - 1), later: fc.nat(4) }), { maxLength: 20 });
    fc.assert(
      fc.property(again, (copies) => {
        const places = copies.map(({ of, later }) => ({ message: call[of] ?? "", at: of + later + 0.5 }));
        const all = [...call.map((message, at) => ({ message, at })), ...places];
        const messages = all.toSorted((one, other) => one.at - other.at).map(({ message }) => message);
        expect(typesOf(messages)).toEqual(told);
      }),
    );
  });

  it("say where in the sound of the call the words stand", () => {
    const turns = new FluxTurns();
    const event = turns.read(call[3] ?? "", from(60_000));
    expect(event).toEqual({ type: "turn-ended", text: "Hello there.", startMs: 60_000, endMs: 60_900 });
    expect(turns.settledMs).toBe(63_000);
  });

  it("that a broken connection left open end with the words of both connections", () => {
    const turns = new FluxTurns();
    turns.read(info({ sequence: 1, event: "Update", turn: 0, text: "a b c d", until: 2 }), from(0));
    turns.reconnect();
    expect(turns.settledMs).toBe(1_000);
    const rest = info({ sequence: 1, event: "EndOfTurn", turn: 0, text: "c d e", until: 2 });
    expect(turns.read(rest, from(turns.settledMs))).toMatchObject({ type: "turn-ended", text: "a b c d e" });
  });

  it("that a broken connection left open end by silence when nothing follows", () => {
    const turns = new FluxTurns();
    turns.read(info({ sequence: 1, event: "Update", turn: 0, text: "a b c d", until: 2 }), from(0));
    turns.reconnect();
    expect(turns.overdue(2_000)).toBeNull();
    expect(turns.overdue(2_400)).toMatchObject({ type: "turn-ended", text: "a b" });
    expect(turns.overdue(9_000)).toBeNull();
  });

  it("go on after a number far ahead, which makes none of them late", () => {
    const leaps = [
      info({ sequence: 1e9, event: "Update", turn: 0, text: "zzz", until: 0 }),
      info({ sequence: 1, event: "EndOfTurn", turn: 1e9, text: "zzz", until: 0 }),
    ];
    expect(typesOf([...leaps, ...call])).toEqual(["malformed", "malformed", ...told]);
  });

  it("that stay late for ever are a fault of the connection", () => {
    const late = Array.from({ length: 25 }, () => call[0] ?? "");
    const types = typesOf([call[5] ?? "", ...late]);
    expect(types.filter((type) => type === "malformed")).toHaveLength(5);
  });

  it("are read from anything without an exception", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.constantFrom(...call)), fc.nat(80), (text, cut) => {
        new FluxTurns().read(text.slice(0, text.length - cut), from(0));
      }),
    );
  });
});
