/** What the caller hears while the providers think, stall or fail. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConversationEvent, FunctionCall } from "./events.ts";
import { type Did, greeted, replying } from "./virtual-call.ts";

const asked = () => {
  const call = greeted();
  call.tell({ type: "turn-ended", at: 6000, text: "Well?", startedAt: 5000, endpointingMs: 300 });
  return { ...call, request: () => call.last("think")?.request ?? 0 };
};

describe("a model that fails", () => {
  it("is measured by the moment at which the caller was told", () => {
    const call = asked();
    call.tell({ type: "thinking-failed", at: 7500, request: call.request() });
    call.tell({ type: "frame-sent", at: 7600, utterance: call.speaking() });
    call.tell({ type: "played", at: 9000, utterance: call.speaking() });
    expect(call.last("record")?.turn.latency).toMatchObject({ first_clause_ms: 1500, first_frame_ms: 1600 });
  });
});

describe("hearing that is away", () => {
  it("is told to the caller, once nobody speaks", () => {
    const call = replying();
    call.tell({ type: "hearing-away", at: 6400 });
    call.tell({ type: "tick", at: 6420 });
    expect(call.last("say")?.text).toBe("One two three four.");
    call.tell({ type: "played", at: 8000, utterance: call.speaking() });
    call.tell({ type: "tick", at: 8020 });
    expect(call.last("say")?.text).toContain("can't hear you just now");
  });

  it("is not told when it is back before", () => {
    const call = replying();
    call.tell({ type: "hearing-away", at: 6400 });
    call.tell({ type: "hearing-back", at: 6500 });
    call.tell({ type: "played", at: 8000, utterance: call.speaking() });
    call.tell({ type: "tick", at: 8020 });
    expect(call.last("say")?.text).toBe("One two three four.");
  });
});

const slow: FunctionCall = { id: "1", name: "get_current_time", arguments: "{}" };

describe("a model that sends nothing", () => {
  it("is bridged by a filler, then given up with a spoken line, and the call goes on", () => {
    const call = asked();
    const request = call.request();
    call.tell({ type: "tick", at: 7400 });
    expect(call.last("say")?.text).not.toContain("moment");
    call.tell({ type: "tick", at: 7500 });
    expect(call.last("say")?.text).toContain("moment");
    call.tell({ type: "tick", at: 10_000 });
    expect(call.last("abort")?.request).toBe(request);
    expect(call.last("say")?.text).toContain("say that again");
    call.tell({ type: "token", at: 10_100, request, text: "Too late. " });
    expect(call.last("say")?.text).toContain("say that again");
    call.tell({ type: "frame-sent", at: 10_100, utterance: call.speaking() });
    call.tell({ type: "played", at: 12_000, utterance: call.speaking() });
    call.tell({ type: "turn-ended", at: 13_000, text: "Well?", startedAt: 12_500, endpointingMs: 300 });
    expect(call.request()).not.toBe(request);
  });

  it("has the whole words that it left behind spoken before any filler", () => {
    const call = asked();
    call.tell({ type: "token", at: 6100, request: call.request(), text: "Once upon a ti" });
    call.tell({ type: "tick", at: 7500 });
    expect(call.last("say")?.text).toBe("Once upon a");
  });

  it("is no fault while the caller still hears what it said before", () => {
    const call = asked();
    call.tell({ type: "token", at: 6100, request: call.request(), text: "A very long story. And" });
    for (let at = 6200; at < 12_000; at += 20)
      call.tell({ type: "frame-sent", at, utterance: call.speaking() });
    call.tell({ type: "tick", at: 12_000 });
    expect(call.last("abort")).toBeUndefined();
  });
});

describe("a function that never returns", () => {
  it("is told to the caller and to the model, and its late answer is ignored", () => {
    const call = asked();
    const request = call.request();
    call.tell({ type: "thought", at: 6100, request, calls: [slow] });
    for (let at = 6200; at < 10_100; at += 100) call.tell({ type: "tick", at });
    expect(call.request()).toBe(request);
    for (let at = 10_100; at <= 10_500; at += 100) call.tell({ type: "tick", at });
    expect(call.last("say")?.text).toContain("takes too long");
    expect(call.last("think")?.history.at(-1)?.content).toContain("error");
    const next = call.request();
    call.tell({ type: "function-done", at: 10_200, request, callId: "1", result: "noon" });
    expect(call.request()).toBe(next);
  });
});

/** A model's answer in one round: tokens and the end come after these waits, or (null) never. */
const wait = fc.option(fc.integer({ min: 0, max: 9_000 }), { freq: 4 });
const word = fc.constantFrom("so ", "well, ", "then it went on. ", "ti", "* ", "🙂 ");
const round = fc.record({
  tokens: fc.array(fc.record({ wait, word }), { maxLength: 12 }),
  end: fc.constantFrom("words", "function", "failure"),
  endWait: wait,
  functionWait: wait,
});
const voiceDelayMs = 300;
const msPerChar = 60;

describe("over any silences of the providers", () => {
  it("the caller hears nothing for no more than five seconds", () => {
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 8 }), (rounds) => {
        const call = asked();
        const due: { at: number; event: ConversationEvent }[] = [];
        let taken = 0;
        let [now, soundFrom, soundUntil, longest, heardAt] = [6000, 0, 0, 0, 6000];
        let [isFinished, isOver, thoughts] = [false, false, 0];
        const earliest = () => due.toSorted((one, other) => one.at - other.at)[0];
        const plan = (at: number, event: ConversationEvent) => due.push({ at, event });
        const act = (action: Did): void => {
          if (action.type === "say") {
            if (now >= soundUntil) soundFrom = now + voiceDelayMs;
            soundUntil = Math.max(soundUntil, now + voiceDelayMs) + action.text.length * msPerChar;
          } else if (action.type === "finish") isFinished = true;
          else if (action.type === "end") isOver = true;
          else if (action.type === "call-function") {
            const ms = rounds[(thoughts - 1) % rounds.length]?.functionWait;
            const at = now + (ms ?? 0);
            const { request } = action;
            if (ms != null)
              plan(at, { type: "function-done", at, request, callId: action.call.id, result: "" });
          } else if (action.type === "think") {
            const answer = rounds[thoughts % rounds.length];
            const { request } = action;
            thoughts += 1;
            let at = now;
            for (const token of answer?.tokens ?? []) {
              if (token.wait === null) return;
              at += token.wait;
              plan(at, { type: "token", at, request, text: token.word });
            }
            if (!answer || answer.endWait === null) return;
            at += answer.endWait;
            if (answer.end === "failure") plan(at, { type: "thinking-failed", at, request });
            else plan(at, { type: "thought", at, request, calls: answer.end === "function" ? [slow] : [] });
          }
        };
        const settle = () => {
          const fresh = call.all.slice(taken);
          taken = call.all.length;
          for (const action of fresh) act(action);
        };
        taken = call.all.findLastIndex(({ type }) => type === "think");
        settle();
        for (; !isOver && now < 60_000; now += 20) {
          for (let next = earliest(); next && next.at <= now; next = earliest()) {
            due.splice(due.indexOf(next), 1);
            call.tell({ ...next.event, at: now });
            settle();
          }
          const isSounding = now >= soundFrom && now < soundUntil;
          if (isSounding) call.tell({ type: "frame-sent", at: now, utterance: call.speaking() });
          else if (isFinished && now >= soundUntil) break;
          if (isSounding) heardAt = now;
          longest = Math.max(longest, now - heardAt);
          call.tell({ type: "tick", at: now });
          settle();
        }
        expect(longest).toBeLessThanOrEqual(5_000);
        expect(isFinished || isOver || now >= 60_000).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
