/** Events come late, doubled and in any order; what goes out must still make sense to the adapters and to the model. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChatMessage, ConversationEvent, UntimedEvent } from "./events.ts";
import { plain } from "./plain-words.ts";
import { begin, type Did } from "./virtual-call.ts";

type Type = ConversationEvent["type"];

const types: Type[] = [
  "sound",
  "quiet",
  "beep",
  "words",
  "eager-turn",
  "turn-resumed",
  "turn-ended",
  "digit",
  "token",
  "thought",
  "thinking-failed",
  "function-done",
  "audio-began",
  "frame-sent",
  "held",
  "heard",
  "played",
  "tick",
  "tick",
  "tick",
];
const rare: Type[] = [
  "hearing-away",
  "hearing-back",
  "voice-failed",
  "hearing-failed",
  "caller-gone",
  "provider-failed",
];

/** `back` says how old the utterance or request is that the event speaks of: 0 is the newest. */
const step = fc.record({
  type: fc.oneof(
    { weight: 60, arbitrary: fc.constantFrom(...types) },
    { weight: 1, arbitrary: fc.constantFrom(...rare) },
  ),
  waitMs: fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 0, max: 300 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 6_000 }) },
  ),
  back: fc.constantFrom(0, 0, 0, 0, 1, 2, 7),
  text: fc.oneof(
    {
      weight: 40,
      arbitrary: fc.constantFrom(
        "Mhm.",
        "Tell me more.",
        "wait please",
        "One two three. ",
        "I would",
        "…",
        "",
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        "Stop calling me!",
        "Leave a message after the beep.",
        "I want to die.",
        "State your name and reason.",
        "Yes.",
        "Stop recording.",
      ),
    },
  ),
  digit: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom("1", "3", "5", "#", "*") },
    { weight: 1, arbitrary: fc.constant("9") },
  ),
  calls: fc.oneof(
    { weight: 5, arbitrary: fc.subarray<string>(["get_current_time", "calculate"]) },
    { weight: 1, arbitrary: fc.constant<string[]>(["get_current_time", "end_call"]) },
  ),
});

type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never;

const play = (
  steps: readonly Step[],
  watch: (event: UntimedEvent, all: readonly Did[], time: { at: number; lostMs: number }) => void = () => {},
): Did[] => {
  // Half of the calls are asked whether they may be recorded.
  const call = begin(120, { isAsked: steps.length % 2 === 0 });
  let at = 0;
  for (const { type, waitMs, back, text, digit, calls } of steps) {
    at += waitMs;
    const utterance = (call.last("say")?.utterance ?? 0) - back;
    const request = (call.last("think")?.request ?? 0) - back;
    const asked = call.last("call-function")?.call.id ?? "none";
    const functions = calls.map((name, index) => ({ id: `${request}-${index}`, name, arguments: "{}" }));
    const all: { [Each in Type]: UntimedEvent & { type: Each } } = {
      started: { type: "started" },
      sound: { type: "sound" },
      quiet: { type: "quiet" },
      beep: { type: "beep" },
      words: { type: "words", text },
      "eager-turn": { type: "eager-turn", text },
      "turn-resumed": { type: "turn-resumed" },
      "turn-ended": { type: "turn-ended", text, startedAt: at - 500, endpointingMs: 300 },
      digit: { type: "digit", digit },
      // Never what the caller says, who would be taken for its echo.
      token: { type: "token", request, text: text.split(" ").toReversed().join(" ") },
      thought: { type: "thought", request, calls: functions },
      "thinking-failed": { type: "thinking-failed", request },
      "function-done": { type: "function-done", request, callId: asked, result: "noon" },
      "audio-began": { type: "audio-began", utterance },
      "frame-sent": { type: "frame-sent", utterance },
      held: { type: "held", utterance, heard: "One" },
      heard: { type: "heard", text: "One two" },
      played: { type: "played", utterance },
      "voice-failed": { type: "voice-failed", heard: "One" },
      "hearing-away": { type: "hearing-away" },
      "hearing-back": { type: "hearing-back" },
      "hearing-failed": { type: "hearing-failed" },
      "provider-failed": { type: "provider-failed", provider: back > 0 ? "llm" : "elevenlabs" },
      "caller-gone": { type: "caller-gone", heard: "One" },
      tick: { type: "tick" },
    };
    call.tell({ ...all[type], at });
    watch(all[type], call.all, { at, lostMs: call.lostMs(at) });
  }
  return call.all;
};

/** Each answer of a function follows the message that asked for it, and each that was asked for is answered. */
const isReadable = (history: ChatMessage[]): boolean => {
  let open: string[] = [];
  for (const message of history) {
    if (message.role === "tool") {
      if (!open.includes(message.callId)) return false;
      open = open.filter((id) => id !== message.callId);
      continue;
    }
    if (open.length > 0) return false;
    if (message.role === "assistant") open = (message.calls ?? []).map(({ id }) => id);
  }
  return open.length === 0;
};

/** The limit, and half a second in which the voice may tell how far it came. */
const limit = [120_000, 500].map(
  (waitMs): Step => ({ type: "tick", waitMs, back: 0, text: "…", digit: "1", calls: [] }),
);

describe("events in any order", () => {
  const steps = fc.array(step, { minLength: 60, maxLength: 200 });
  const options = { numRuns: 200 };

  it("end the call at most once, and nothing follows the end", () => {
    fc.assert(
      fc.property(steps, (given) => {
        const all = play(given);
        const end = all.findIndex(({ type }) => type === "end");
        expect(end === -1 || end === all.length - 1).toBe(true);
        expect(all.filter(({ type }) => type === "opt-out").length).toBeLessThanOrEqual(1);
      }),
      options,
    );
  });

  it("begin a recording at most once, and end none that did not begin", () => {
    fc.assert(
      fc.property(steps, (given) => {
        const recorded = play(given).filter(({ type }) => /-recording$/.test(type));
        expect(["", "start-recording", "start-recording,stop-recording"]).toContain(
          recorded.map(({ type }) => type).join(),
        );
      }),
      options,
    );
  });

  it("never speak into an utterance that is finished or dropped", () => {
    fc.assert(
      fc.property(steps, (given) => {
        const closed = new Set<number>();
        for (const action of play(given)) {
          if (action.type === "say" || action.type === "finish")
            expect(closed).not.toContain(action.utterance);
          if (action.type === "finish" || action.type === "drop") closed.add(action.utterance);
        }
      }),
      options,
    );
  });

  it("do nothing of what a model was asked before the caller's words were written down", () => {
    fc.assert(
      fc.property(steps, (given) => {
        const asked = new Map<number, string>();
        const said: string[] = [];
        for (const action of play(given)) {
          if (action.type === "record" && action.turn.speaker === "caller")
            said.push(plain(action.turn.text));
          if (action.type === "think") {
            const last = action.history.findLast(({ role }) => role === "user");
            asked.set(action.request, plain(last?.content ?? ""));
          }
          if (action.type === "call-function") expect(said).toContain(asked.get(action.request));
        }
      }),
      options,
    );
  });

  it("lose no turn of the caller", () => {
    const times = (part: string, whole: string) => whole.split(part).length - 1;
    fc.assert(
      fc.property(steps, (given) => {
        const ended: string[] = [];
        const all = play([...given, ...limit], (event, did) => {
          if (event.type === "turn-ended" && event.text !== "" && did.at(-1)?.type !== "end")
            ended.push(event.text);
        });
        const said = all.flatMap((each) =>
          each.type === "record" && each.turn.speaker === "caller" ? [each.turn.text] : [],
        );
        for (const text of new Set(ended))
          expect(times(text, said.join("\n"))).toBeGreaterThanOrEqual(times(text, ended.join("\n")));
      }),
      options,
    );
  });

  it("never leave two questions to the model open", () => {
    fc.assert(
      fc.property(steps, (given) => {
        const open = new Set<number>();
        let seen = 0;
        play(given, (event, all) => {
          if (event.type === "thought" || event.type === "thinking-failed") open.delete(event.request);
          for (const action of all.slice(seen)) {
            if (action.type === "abort") open.delete(action.request);
            if (action.type === "think") open.add(action.request);
          }
          seen = all.length;
          expect(open.size).toBeLessThanOrEqual(1);
        });
      }),
      options,
    );
  });

  it("leave a history that a model accepts", () => {
    fc.assert(
      fc.property(steps, (given) => {
        for (const action of play(given))
          if (action.type === "think") expect(isReadable(action.history)).toBe(true);
      }),
      options,
    );
  });

  it("always give the same actions for the same events", () => {
    fc.assert(
      fc.property(steps, (given) => {
        expect(play(given)).toEqual(play(given));
      }),
      { numRuns: 50 },
    );
  });

  it("lose no more time than there is", () => {
    fc.assert(
      fc.property(steps, (given) => {
        play(given, (_event, _all, { at, lostMs }) => {
          expect(lostMs).toBeGreaterThanOrEqual(0);
          expect(lostMs).toBeLessThanOrEqual(at);
        });
      }),
      options,
    );
  });

  it("never outlive the limit", () => {
    fc.assert(
      fc.property(steps, (given) => {
        expect(play([...given, ...limit]).at(-1)?.type).toBe("end");
      }),
      options,
    );
  });
});
