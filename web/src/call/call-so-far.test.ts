import { expect, test } from "vitest";
import { type Call, hear, lastSeq, nothingHeard, together } from "./call-so-far.ts";

const turn = (seq: number, speaker: "caller" | "persona", text: string) => ({
  seq,
  speaker,
  text,
  started_at: `2026-11-21T12:00:${String(seq).padStart(2, "0")}.000Z`,
  ended_at: `2026-11-21T12:00:${String(seq).padStart(2, "0")}.900Z`,
  interrupted: false,
  latency: null,
});
const words = (speaker: "caller" | "persona", text: string) => ({ type: "words", speaker, text }) as const;
const state = (status: Call["status"], start_time: string | null = null) =>
  ({
    type: "call",
    call: {
      id: "0199aa00-0000-7000-8000-000000000001",
      status,
      end_reason: null,
      fault: null,
      start_time,
      end_time: null,
      duration: null,
      cost: null,
    },
    meter: { connection: 0.25, per_minute: 0.4, at_most: 2.25 },
  }) as const;
const answered = (status: Call["status"], turns: Call["turns"] = []): Call => ({
  id: "0199aa00-0000-7000-8000-000000000001",
  user_id: "0199aa00-0000-7000-8000-000000000002",
  persona_id: null,
  persona_name: "Best Friend",
  phone_number: "+14155550123",
  origin: "dialled",
  status,
  end_reason: null,
  fault: null,
  created_at: "2026-11-21T12:00:00.000Z",
  start_time: null,
  end_time: null,
  duration: null,
  cost: null,
  sid: null,
  transcript: null,
  error_message: null,
  credit: null,
  costs: [],
  turns,
  payment: null,
  recording: null,
  agent_log: null,
});

test("words so far replace those before of the same speaker, and become a turn", () => {
  let heard = hear(nothingHeard, words("persona", "Hello"));
  heard = hear(heard, words("caller", "Oh"));
  heard = hear(heard, words("persona", "Hello there"));
  expect(heard.drafts).toEqual([
    { speaker: "persona", text: "Hello there" },
    { speaker: "caller", text: "Oh" },
  ]);
  heard = hear(heard, { type: "turn", ...turn(1, "persona", "Hello there.") });
  expect(heard.drafts).toEqual([{ speaker: "caller", text: "Oh" }]);
  expect(together(answered("in-progress"), heard).turns).toEqual([turn(1, "persona", "Hello there.")]);
});

test("words that come after the turn that they became are not shown again", () => {
  const told = hear(nothingHeard, { type: "turn", ...turn(1, "persona", "Hello there.") });
  expect(hear(told, words("persona", "Hello there")).drafts).toEqual([]);
  expect(hear(told, words("caller", "Hello there")).drafts).toHaveLength(1);
});

test("an answer that was overtaken by the socket takes the call no step back", () => {
  const heard = hear(nothingHeard, state("in-progress", "2026-11-21T12:00:00.000Z"));
  expect(together(answered("ringing"), heard)).toMatchObject({
    status: "in-progress",
    start_time: "2026-11-21T12:00:00.000Z",
  });
});

test("while the socket is away, an answer that knows more counts", () => {
  const heard = hear(nothingHeard, state("ringing"));
  expect(together(answered("completed"), heard).status).toBe("completed");
});

test("turns of both sides are there once each, in the order in which they began", () => {
  const known = answered("in-progress", [turn(1, "persona", "Hello."), turn(3, "caller", "Hi.")]);
  let heard = hear(nothingHeard, { type: "turn", ...turn(3, "caller", "Hi.") });
  heard = hear(heard, { type: "turn", ...turn(4, "persona", "How are you?") });
  heard = hear(heard, {
    type: "turn",
    ...turn(5, "caller", "Wait."),
    started_at: turn(2, "caller", "").started_at,
  });
  expect(together(known, heard).turns.map(({ seq }) => seq)).toEqual([1, 5, 3, 4]);
  expect(lastSeq(known, heard)).toBe(5);
  expect(lastSeq(known, nothingHeard)).toBe(3);
  expect(lastSeq(undefined, nothingHeard)).toBe(0);
});
