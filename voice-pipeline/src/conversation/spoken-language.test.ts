import { expect, it } from "vitest";
import { greeted } from "./virtual-call.ts";

/** What is said of replies, one after the other. */
const saidOf = (...replies: string[]): string[] => {
  const call = greeted();
  replies.forEach((text, index) => {
    const at = 6000 + index * 20_000;
    call.tell({ type: "turn-ended", at, text: "Tell me.", startedAt: at - 1000, endpointingMs: 300 });
    const request = call.last("think")?.request ?? 0;
    call.tell({ type: "token", at: at + 100, request, text });
    call.tell({ type: "thought", at: at + 200, request, calls: [] });
    call.tell({ type: "frame-sent", at: at + 300, utterance: call.speaking() });
    call.tell({ type: "played", at: at + 3000, utterance: call.speaking() });
  });
  return call.all.flatMap((action) => (action.type === "say" ? [action.text] : [])).slice(1);
};

it("a clause that does not tell its language is read out in that of the clause before", () => {
  expect(saidOf("Wir sehen uns morgen. 25 Euro! It is late. 25 kilos!")).toEqual([
    ...["Wir sehen uns morgen.", "25 Euro!"],
    ...["It is late.", "twenty-five kilos!"],
  ]);
});

it("so is a reply that does not tell it, and its day is not cut in two", () => {
  expect(saidOf("25 Euro!", "Das ist gut.", "Am 3. Mai!")).toEqual([
    "twenty-five Euro!",
    "Das ist gut.",
    "Am 3. Mai!",
  ]);
});
