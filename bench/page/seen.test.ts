import { expect, test } from "vitest";
import { delays } from "./seen.ts";

test("a piece counts to the first sight of its words, whatever their marks", () => {
  const recognised = [
    { at: 100, text: "hello" },
    { at: 200, text: "hello there" },
  ];
  const seen = [
    { at: 130, text: "Hello" },
    { at: 290, text: "Hello there." },
  ];
  expect(delays(recognised, seen)).toEqual({ ms: [30, 90], unseen: 0 });
});

test("what says nothing new is left out, and what never came is counted", () => {
  const recognised = [
    { at: 100, text: "hello" },
    { at: 150, text: "Hello." },
    { at: 200, text: "goodbye" },
  ];
  expect(delays(recognised, [{ at: 120, text: "hello" }])).toEqual({ ms: [20], unseen: 1 });
});
