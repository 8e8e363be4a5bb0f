/** What of an utterance was heard, in every script. */
import { expect, it } from "vitest";
import { Heard } from "./heard.ts";

/** A character each 100 ms. */
const timesOf = (text: string) => {
  const chars = [...text];
  return { chars, startMs: chars.map((_, at) => at * 100), durationMs: chars.map(() => 100) };
};
const hear = (...pieces: string[]): Heard => {
  const heard = new Heard();
  let fromMs = 0;
  for (const piece of pieces) {
    heard.add(timesOf(piece), fromMs);
    fromMs += [...piece].length * 100;
  }
  return heard;
};

it("counts the words that were whole, over all pieces", () => {
  const heard = hear("One t", "wo three.");
  const texts = [250, 499, 700, 1_400].map((ms) => heard.textAt(ms));
  expect(texts).toEqual(["", "One", "One two", "One two three."]);
  expect(heard.wordStart(550)).toBe(400);
});

it.each([
  ["Chinese", "我觉得很好。", "我觉得"],
  ["Japanese", "今日はとても。", "今日は"],
  ["Thai", "กขคงจฉ", "กขค"],
  ["Khmer", "កខគឃងច", "កខគ"],
  ["Lao", "ກຂຄງຈສ", "ກຂຄ"],
  ["Burmese", "ကခဂဃငစ", "ကခဂ"],
])(
  "knows how much was heard of %s, which writes no spaces, and where a held voice goes on",
  (_, text, half) => {
    const heard = hear(text);
    expect(heard.textAt(350)).toBe(half);
    expect(heard.wordStart(350)).toBe(300);
    expect(heard.textAt(10_000)).toBe(text);
  },
);

it("puts spaces where the text has them, and none where it has none", () => {
  const heard = hear("我用 i", "Phone 打电话, ok好吗?");
  expect(heard.textAt(10_000)).toBe("我用 iPhone 打电话, ok好吗?");
  expect(heard.textAt(750)).toBe("我用");
});

it("keeps a mark with the character that it belongs to", () => {
  expect(hear("ข้าวผัด").textAt(150)).toBe("");
  expect(hear("ラーメン").textAt(150)).toBe("");
  expect(hear("เก").textAt(150)).toBe("");
});
