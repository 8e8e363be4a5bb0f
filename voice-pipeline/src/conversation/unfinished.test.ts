import { describe, expect, it } from "vitest";
import { patienceMs } from "./unfinished.ts";

const thinking = 1_200;
const dictating = 2_000;

describe("how long to wait for more", () => {
  it.each([
    "I would like to",
    "I would like to…",
    "Yes, and",
    "Yes, and.",
    "I can't come because",
    "Because the.",
    "First of all,",
    "Well, um",
    "I was thinking -",
    "My name is",
    "Ich möchte",
    "Quiero",
    "well i think",
  ])("is a while after %j", (text) => expect(patienceMs(text)).toBe(thinking));

  it.each([
    "My number is",
    "You can call me back at",
    "four one five",
    "It is 4 1 5, 5 5 5",
    "415 555 26",
    "My number is 415",
    "double five one two",
  ])("is longer while a number is read out: %j", (text) => expect(patienceMs(text)).toBe(dictating));

  it.each([
    "Hello.",
    "Tell me a story.",
    "What time is it?",
    "Goodbye!",
    "What are you up to?",
    "I don't want to.",
    "That's what I was thinking of.",
    "hello there",
    "yes",
    "No",
    "um",
    "I have three.",
    "It was 1984.",
    "In 1984",
    "My number is 415 555 2671",
    "four one five five five five two six seven one",
    "My room number is 12.",
    "I am twenty one",
    "What is 12 times 7?",
    "",
    "你好。",
    "今天好吗？",
  ])("is none after %j", (text) => expect(patienceMs(text)).toBe(0));
});
