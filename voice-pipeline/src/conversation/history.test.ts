import { describe, expect, it } from "vitest";
import type { ChatMessage } from "./events.ts";
import { History } from "./history.ts";
import { tokensIn } from "./tokens.ts";

const answer = "word ".repeat(30);
const say = (history: History, turn: number) => {
  history.caller(`Question ${turn}. ${"word ".repeat(30)}`);
  history.functions("Let me see.", [
    { call: { id: `${turn}`, name: "f", arguments: "{}" }, result: "an answer" },
  ]);
  history.heard(`Let me see. Answer ${turn}. ${answer}`, false);
};
/** A call in which each turn calls a function, and what the model reads at the end of each. */
const readings = (turns: number, from = 0): ChatMessage[][] => {
  const history = new History();
  return Array.from({ length: turns }, (_, turn) => {
    say(history, turn);
    return history.read().all();
  }).slice(from);
};
const sizeOf = (messages: readonly ChatMessage[]) =>
  messages.reduce((sum, { content }) => sum + tokensIn(content), 0);

describe("what is remembered of a call", () => {
  it("stays within its budget over a long call, and ends with the newest words", () => {
    for (const [turn, messages] of readings(200).entries()) {
      expect(sizeOf(messages)).toBeLessThan(6_000);
      expect(messages.at(-1)?.content).toContain(`Answer ${turn}.`);
    }
  });

  it("is forgotten in steps, so that its beginning stays the same for many turns", () => {
    const firsts = readings(160, 100).map((messages) => messages[1]?.content);
    const changes = new Set(firsts).size;
    expect(changes).toBeGreaterThan(1);
    expect(changes).toBeLessThan(8);
  });

  it("never begins amid a function, and says that something is left out", () => {
    for (const messages of readings(120, 90)) {
      expect(messages[0]?.content).toContain("left out");
      expect(messages[1]?.role).toBe("user");
    }
    expect(readings(2)[1]?.[0]?.role).toBe("user");
  });

  it("always holds the newest words, however long they are, and what came after them", () => {
    const history = new History();
    for (let turn = 0; turn < 3; turn += 1) say(history, turn);
    const words = "word ".repeat(20_000);
    history.caller(words);
    expect(
      history
        .read()
        .all()
        .map(({ content }) => content),
    ).toEqual([expect.stringContaining("left out"), words]);
    history.functions("One moment.", [{ call: { id: "x", name: "f", arguments: "{}" }, result: "a" }]);
    expect(
      history
        .read()
        .all()
        .map(({ role }) => role),
    ).toEqual(["system", "user", "assistant", "tool"]);
  });

  it("is the same for words that the caller may yet go on with as for those that they ended with", () => {
    const history = new History();
    for (let turn = 0; turn < 200; turn += 1) {
      const words = `And ${turn}? ${answer}`;
      const early = history.read(words).all();
      history.caller(words);
      expect(history.read().all()).toEqual(early);
      history.heard(`Answer ${turn}.`, false);
    }
    expect(history.read().all()[0]?.content).toContain("left out");
  });

  it("counts what is forgotten too", () => {
    const history = new History();
    for (let turn = 0; turn < 100; turn += 1) say(history, turn);
    expect(history.read().all().length).toBeLessThan(400);
    expect(history.count).toBe(400);
  });

  it("goes on rightly where the words before a function are forgotten before all was heard", () => {
    const history = new History();
    history.caller("Tell me all.");
    history.functions("Let me see.", [{ call: { id: "1", name: "f", arguments: "{}" }, result: "much" }]);
    const words = "word ".repeat(6_000);
    expect(
      history
        .read(words)
        .all()
        .map(({ content }) => content),
    ).toEqual([expect.stringContaining("left out"), words]);
    history.heard("Let me see. It is much.", false);
    history.caller("Go on.");
    expect(history.read().all().slice(1)).toEqual([
      { role: "assistant", content: "It is much." },
      { role: "user", content: "Go on." },
    ]);
  });
});
