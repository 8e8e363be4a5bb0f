/** What of an utterance has come as sound, whatever times its pieces carry. */
import { describe, expect, it } from "vitest";
import { Heard } from "./heard.ts";
import { SpokenUtterance } from "./spoken-utterance.ts";

const msPerCharacter = 65;
const timesOf = (text: string) => {
  const chars = [...text];
  return {
    chars,
    startMs: chars.map((_, at) => at * msPerCharacter),
    durationMs: chars.map(() => msPerCharacter),
  };
};
let count = 0;
/** No two pieces sound the same. */
const soundOf = (characters: number): Buffer => {
  count += 1;
  return Buffer.alloc(characters * msPerCharacter * 8, count);
};
const message = (sound: Buffer, text: string | null) => ({
  context: "c",
  sound,
  times: text === null ? null : timesOf(text),
  isFinal: false,
  error: null,
});

/** @param pieces each how long it sounds, in characters, and which come with it */
const speak = (clauses: string[], pieces: [number, string | null][]) => {
  const utterance = new SpokenUtterance(1);
  const heard = new Heard();
  let fromMs = 0;
  for (const clause of clauses) utterance.add(clause);
  for (const [characters, text] of pieces) {
    const piece = utterance.take(message(soundOf(characters), text));
    if (piece?.times) heard.add(piece.times, fromMs);
    fromMs += (piece?.sound.length ?? 0) / 8;
  }
  return { utterance, heard: () => heard.textAt(100_000), fromMs };
};

describe("an utterance of which only some pieces carry times", () => {
  it("hears nothing twice of what comes without between two that do", () => {
    const { utterance, heard } = speak(
      ["Hello there, my dear old friend."],
      [
        [6, "Hello "],
        [5, null],
        [7, "there, "],
        [4, null],
        [8, "my dear "],
      ],
    );
    expect(heard()).toBe("Hello there, my dear");
    expect(utterance.isAllThere).toBe(false);
    expect(utterance.restart()).toEqual(["old friend."]);
  });

  it("hears nothing twice where the first had none, and the next begin at the start of the text", () => {
    const { utterance, heard } = speak(
      ["Hello there, my dear old friend."],
      [
        [5, null],
        [13, "Hello there, "],
        [8, "my dear "],
      ],
    );
    expect(heard()).toBe("Hello there, my dear");
    expect(utterance.isAllThere).toBe(false);
    expect(utterance.restart()).toEqual(["old friend."]);
  });

  it("hears on where the first had none, and the next go on behind them", () => {
    const { utterance, heard } = speak(
      ["Hello there, my dear old friend."],
      [
        [6, null],
        [7, "there, "],
        [8, "my dear "],
      ],
    );
    expect(heard()).toBe("Hello there, my dear");
    expect(utterance.restart()).toEqual(["old friend."]);
  });

  it("takes a piece whose times tell of no letter for what it is", () => {
    const { heard } = speak(
      ["Hello there, my dear old friend."],
      [
        [6, null],
        [2, " "],
        [7, "there, "],
        [8, "my dear "],
      ],
    );
    expect(heard()).toBe("Hello there, my dear");
  });

  it("passes all its sound on", () => {
    const { fromMs } = speak(
      ["Hello there, my friend."],
      [
        [9, "Hello the"],
        [20, null],
        [14, "re, my friend."],
      ],
    );
    expect(fromMs).toBe(43 * msPerCharacter);
  });

  it("is whole when the provider says so", () => {
    const { utterance } = speak(
      ["Hello there, my dear old friend."],
      [
        [6, "Hello "],
        [26, null],
      ],
    );
    expect(utterance.isWhole).toBe(true);
  });
});

describe("an utterance without a sound", () => {
  it.each(["No.", "OK.", "はい。"])("is not all there, however short: %s", (text) => {
    const { utterance } = speak([text], []);
    expect(utterance.isAllThere).toBe(false);
    expect(utterance.isWhole).toBe(false);
  });

  it("of which nothing was asked misses nothing", () => {
    expect(new SpokenUtterance(1).isAllThere).toBe(true);
  });

  it("is none either when an earlier connection sounded", () => {
    const { utterance } = speak(["Well, no."], [[6, "Well, "]]);
    expect(utterance.restart()).toEqual(["no."]);
    expect(utterance.isAllThere).toBe(false);
  });
});
