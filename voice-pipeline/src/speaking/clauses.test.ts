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
  ["I have 3. And you?", ["I have 3.", "And you?"]],
  ["Wir treffen uns am 3. Mai. Gut?", ["Wir treffen uns am 3. Mai.", "Gut?"]],
  ["Das weiß ich. Am 3. Mai.", ["Das weiß ich.", "Am 3. Mai."]],
  ["Ich weiß. There are 3. Really!", ["Ich weiß.", "There are 3.", "Really!"]],
  ["Es war 1984. Ja.", ["Es war 1984.", "Ja."]],
  ["नमस्ते। आप कैसे हैं?", ["नमस्ते।", "आप कैसे हैं?"]],
])("splits %s into clauses", (text, clauses) => expect(split(text)).toEqual(clauses));

it("takes what does not tell for the language of what came before", () => {
  const [english, other] = [new ClauseSplitter(), new ClauseSplitter(false)];
  expect([english.push("Am 3. Mai "), other.push("Am 3. Mai ")]).toEqual([["Am 3."], []]);
});

it("knows the language of a clause whose first words went ahead", () => {
  const splitter = new ClauseSplitter();
  splitter.push("Wir sehen uns am ");
  expect([splitter.flushWords(), splitter.push("3. Mai "), splitter.flush()]).toEqual([
    "Wir sehen uns am",
    [],
    "3. Mai",
  ]);
});

it("does not wait for a mark that never comes", () => {
  const words = "word ".repeat(100).trim();
  const clauses = split(words);
  expect(clauses.length).toBeGreaterThan(1);
  expect(clauses.every((clause) => clause.length <= 240)).toBe(true);
  expect(clauses.join(" ")).toBe(words);
});
