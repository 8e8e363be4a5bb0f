/** Whatever is thought early, what is said, done and written down is the same as if nothing had been. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { UntimedEvent } from "./events.ts";
import { greeted } from "./virtual-call.ts";

const turn = fc.record({
  text: fc.constantFrom("Tell me a story.", "What time is it?", "I would like to", "Yes.", "Goodbye!"),
  /** What came before its end: how long before, and whether it was taken back. */
  early: fc.array(
    fc.record({
      beforeMs: fc.integer({ min: 0, max: 900 }),
      words: fc.constantFrom("all", "some", "others"),
      isResumed: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
});
type Turn = typeof turn extends fc.Arbitrary<infer Each> ? Each : never;

const thinkingMs = 300;
const turnMs = 6_000;

/** A call on a virtual clock with a model that always answers the same to the same, and calls functions. */
const hold = (turns: readonly Turn[], isEager: boolean): string[] => {
  const call = greeted();
  const coming: { at: number; event: UntimedEvent }[] = [];
  const aborted = new Set<number>();
  const done: string[] = [];
  let seen = call.all.length;
  turns.forEach(({ text, early }, index) => {
    const at = (index + 1) * turnMs;
    coming.push({ at, event: { type: "turn-ended", text, startedAt: at - 1_000, endpointingMs: 300 } });
    if (!isEager) return;
    for (const { beforeMs, words, isResumed } of early) {
      const heard = { all: text, some: text.split(" ")[0] ?? "", others: "Something else." }[words];
      coming.push({ at: at - beforeMs - 1, event: { type: "eager-turn", text: heard } });
      if (isResumed) coming.push({ at: at - beforeMs, event: { type: "turn-resumed" } });
    }
  });
  const until = (turns.length + 1) * turnMs;
  for (let at = turnMs - 1_000; at < until; at += 100) coming.push({ at, event: { type: "tick" } });

  const react = (at: number): void => {
    for (const action of call.all.slice(seen)) {
      if (action.type === "abort") aborted.add(action.request);
      if (action.type === "record") done.push(`${action.turn.speaker}: ${action.turn.text}`);
      if (action.type === "call-function") {
        done.push(`does ${action.call.name}`);
        const { request, call: asked } = action;
        coming.push({
          at: at + 50,
          event: { type: "function-done", request, callId: asked.id, result: "noon" },
        });
      }
      if (action.type === "think") {
        const { request, history } = action;
        const last = history.at(-1);
        const calls =
          last?.content === "What time is it?"
            ? [{ id: `${history.length}`, name: "clock", arguments: "{}" }]
            : [];
        // Never as the caller says it, who might be taken for its echo.
        const back = last?.content.split(" ").toReversed().join(" ");
        const answer = calls.length > 0 ? "Let me see." : `You said ${back}`;
        coming.push({ at: at + thinkingMs, event: { type: "token", request, text: answer } });
        coming.push({ at: at + thinkingMs + 10, event: { type: "thought", request, calls } });
      }
      if (action.type === "finish") {
        const { utterance } = action;
        coming.push({ at: at + 20, event: { type: "frame-sent", utterance } });
        coming.push({ at: at + 1_500, event: { type: "played", utterance } });
      }
    }
    seen = call.all.length;
  };

  for (;;) {
    coming.sort((one, other) => one.at - other.at);
    const next = coming.shift();
    if (!next || next.at > until) return done;
    const { at, event } = next;
    if ("request" in event && event.type !== "function-done" && aborted.has(event.request)) continue;
    call.tell({ ...event, at });
    react(at);
  }
};

it("changes nothing but the time", () => {
  fc.assert(
    fc.property(fc.array(turn, { minLength: 1, maxLength: 5 }), (turns) => {
      expect(hold(turns, true)).toEqual(hold(turns, false));
    }),
    { numRuns: 300 },
  );
});

it("is a whole conversation", () => {
  const turns: Turn[] = [
    { text: "Yes.", early: [] },
    { text: "What time is it?", early: [] },
  ];
  expect(hold(turns, false)).toEqual([
    "caller: Yes.",
    "persona: You said Yes.",
    "caller: What time is it?",
    "does clock",
    "persona: Let me see. You said noon",
  ]);
});
