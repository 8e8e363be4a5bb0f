import { expect, it } from "vitest";
import { ClauseSplitter } from "./clauses.ts";

const split = (text: string): string[] => {
  const splitter = new ClauseSplitter();
  return [...[...text].flatMap((char) => splitter.push(char)), splitter.flush()].filter(Boolean);
};

it.each([
  ["Well now my dear, it is 3.5 miles. Go!", ["Well now my dear,", "it is 3.5 miles.", "Go!"]],
  ["Dr. Smith comes at 10:30, e.g. by train.", ["Dr. Smith comes at 10:30,", "e.g. by train."]],
  ["你好。今天好吗？", ["你好。", "今天好吗？"]],
  ["नमस्ते। आप कैसे हैं?", ["नमस्ते।", "आप कैसे हैं?"]],
])("splits %s into clauses", (text, clauses) => expect(split(text)).toEqual(clauses));

it("does not wait for a mark that never comes", () => {
  const words = "word ".repeat(100).trim();
  const clauses = split(words);
  expect(clauses.length).toBeGreaterThan(1);
  expect(clauses.every((clause) => clause.length <= 240)).toBe(true);
  expect(clauses.join(" ")).toBe(words);
});
