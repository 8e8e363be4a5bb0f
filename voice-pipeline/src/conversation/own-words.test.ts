import { expect, it } from "vitest";
import { OwnWords } from "./own-words.ts";

it("keeps each word once, with the time when it was heard, though what was heard becomes less and more again", () => {
  const own = new OwnWords();
  own.heard(1, "One,", 100);
  own.heard(1, "One, two three", 300);
  own.heard(1, "One, two", 400);
  own.heard(1, "One, two three", 500);
  own.heard(1, "One, two three four.", 600);
  own.heard(2, "Five", 700);
  expect(own.backFrom(0)).toEqual(["one", "two", "three", "four", "five"]);
  expect([own.countBy(2, 700), own.countBy(1, 700)]).toEqual([1, 0]);
});

it("knows how many words of an utterance were heard by then", () => {
  const own = new OwnWords();
  own.heard(1, "One", 100);
  own.heard(1, "One two three", 300);
  expect([99, 100, 299, 300].map((at) => own.countBy(1, at))).toEqual([0, 1, 1, 3]);
});
