import { expect, it } from "vitest";
import { TextBuffer } from "./text-buffer.ts";

it("waits for the schedule's length, then cuts after a sentence", () => {
  const buffer = new TextBuffer([50, 60]);
  buffer.append("A first sentence that is long enough. And a ");
  expect(buffer.takeScheduled()).toBe("");
  buffer.append("second that is not");
  expect(buffer.takeScheduled()).toBe("A first sentence that is long enough. ");
  expect(buffer.takeScheduled()).toBe("");
});

it("never cuts inside a word", () => {
  const buffer = new TextBuffer();
  buffer.append("Hello wor");
  expect(buffer.takeWords()).toBe("Hello ");
  buffer.append("ld ");
  expect(buffer.takeWords()).toBe("world ");
});

it("keeps every space between words, and speaks no space alone", () => {
  const buffer = new TextBuffer();
  buffer.append(" ");
  expect(buffer.takeAll()).toBe("");
  buffer.append("One.");
  expect(buffer.takeAll()).toBe("One.");
  buffer.append(" ");
  expect(buffer.takeAll()).toBe("");
  buffer.append("Two.");
  expect(buffer.takeAll()).toBe(" Two.");
});
