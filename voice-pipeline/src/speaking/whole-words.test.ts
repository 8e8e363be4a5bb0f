import { expect, it } from "vitest";
import { WholeWords } from "./whole-words.ts";

const msPerCharacter = 100;
const pieceOf = (text: string) => {
  const chars = [...text];
  const times = {
    chars,
    startMs: chars.map((_, at) => at * msPerCharacter),
    durationMs: chars.map(() => msPerCharacter),
  };
  return { sound: Buffer.alloc(chars.length * msPerCharacter * 8), times };
};
const passed = (words: WholeWords, text: string, isLast = false): string => {
  const { sound, times } = words.push(pieceOf(text), isLast);
  expect(sound.length / 8 / msPerCharacter).toBe(times?.chars.length);
  return times?.chars.join("") ?? "";
};

it("holds the beginning of a word at the end of a piece back, and never the first piece nor the last", () => {
  const words = new WholeWords();
  expect(passed(words, "One t")).toBe("One t");
  expect(passed(words, "wo th")).toBe("wo ");
  expect(passed(words, "ree fo")).toBe("three ");
  expect(passed(words, "ur", true)).toBe("four");
});

it.each([
  ["Chinese", ["你好", "我们今天", "去公园吧"]],
  ["Japanese", ["今日は", "とてもいい", "お天気です"]],
  ["Thai", ["กข", "คงจฉ", "ชซญด"]],
])("passes sound of %s on as it comes, but for the last character of a piece", (_, pieces) => {
  const words = new WholeWords();
  let [came, out] = ["", ""];
  for (const piece of pieces) {
    came += piece;
    out += passed(words, piece);
    expect(came.startsWith(out)).toBe(true);
    expect([...came].length - [...out].length).toBeLessThanOrEqual(1);
  }
});

it("holds nothing for the sake of sound whose characters nobody knows", () => {
  const words = new WholeWords();
  passed(words, "One t");
  passed(words, "wo th");
  const { sound, times } = words.push(
    { sound: Buffer.alloc(4_000), times: { chars: [], startMs: [], durationMs: [] } },
    false,
  );
  expect(sound.length).toBe(4_000 + 2 * msPerCharacter * 8);
  expect(times?.chars.join("")).toBe("th");
});
