import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChatMessage } from "./events.ts";
import { KeptMessages } from "./kept-messages.ts";

const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("", "\n", "a\nb", "s", '{"role":"user"}', "é\r\n", "٣ 😀"),
);
const call = fc.record({ id: text, name: text, arguments: text });
const message: fc.Arbitrary<ChatMessage> = fc.oneof(
  fc.record({ role: fc.constantFrom("system" as const, "user" as const), content: text }),
  fc.record(
    { role: fc.constant("assistant" as const), content: text, calls: fc.array(call) },
    { requiredKeys: ["role", "content"] },
  ),
  fc.record({ role: fc.constant("tool" as const), callId: text, content: text }),
);

describe("messages that are kept", () => {
  it("are the same again, whatever is in them, and so are those that replace them", () => {
    fc.assert(
      fc.property(fc.array(message), fc.array(message), (first, others) => {
        const kept = new KeptMessages();
        for (const messages of [first, others]) {
          if (messages === others) kept.rewrite([]);
          for (const each of messages) kept.add(each);
          expect(kept.all()).toEqual(messages);
          expect(kept.read(null, null).newest(3)).toEqual(messages.slice(-3));
          expect([kept.count, kept.newest]).toEqual([messages.length, messages.at(-1)?.content ?? ""]);
        }
      }),
    );
  });

  it("are read as they stood, whatever is said or changed later", () => {
    fc.assert(
      fc.property(
        fc.array(message),
        fc.option(message),
        fc.option(message),
        fc.array(message),
        (all, before, after, later) => {
          const kept = new KeptMessages();
          for (const each of all) kept.add(each);
          const reading = kept.read(before, after);
          for (const each of later) kept.add(each);
          kept.rewrite(later);
          for (const each of all) kept.add(each);
          const read = [before, ...all, after].filter((each) => each !== null);
          expect(reading.all()).toEqual(read);
          expect(reading.newest(2)).toEqual(read.slice(-2));
          expect(reading.count).toBe(read.length);
        },
      ),
    );
  });

  it("may be more than usual", () => {
    const kept = new KeptMessages();
    const messages = Array.from({ length: 50 }, (_, index) => ({
      role: "user" as const,
      content: `${index} ${"wörd ".repeat(index * 20)}`,
    }));
    for (const each of messages) kept.add(each);
    expect(kept.all()).toEqual(messages);
  });
});
