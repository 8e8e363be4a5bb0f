// Trying a persona out: the whole life of a call, and no money anywhere in it.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { callDeps, nobodysTwilio } from "../../../tests/fixtures/call-deps.ts";
import { addHold, addPerson, addPersona, type Person } from "../../../tests/fixtures/people.ts";
import { startTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.ts";
import { getCall } from "./call-detail.ts";
import { createCall } from "./create-call.ts";
import type { CallDeps } from "./env.ts";
import { readLive } from "./live/read-live.ts";
import { recordProgress } from "./progress.ts";
import { listCalls } from "./read-calls.ts";
import { sweep } from "./sweep.ts";
import { type NewCall, Twilio, TwilioRefusal } from "./twilio.ts";
import { readUsage } from "./usage.ts";
import { answerCall, openSession, recordJournal } from "./voice-session.ts";

class Phones extends Twilio {
  dialled: NewCall[] = [];
  refuses = false;

  override async placeCall(call: NewCall) {
    if (this.refuses) throw new TwilioRefusal(400, 21214, "To cannot be reached");
    this.dialled.push(call);
    return { sid: `CA${crypto.randomUUID().replaceAll("-", "")}`, status: "queued", duration: null };
  }
}

let database: TestDatabase;
let deps: CallDeps;
let twilio: Phones;
let person: Person;
let personaId: string;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  twilio = new Phones(nobodysTwilio);
  // Billing throws when it is asked for anything.
  deps = callDeps(database, twilio, {});
  person = await addPerson(database);
  personaId = await addPersona(database, person);
});

const context = (who = person) => ({ actor: who.actor, requestId: "test-request" });
const wish = (more: object = {}) => ({
  phone_number: person.phone,
  persona_id: personaId,
  payment_intent_id: null,
  ...more,
});
const tryOut = async (more: object = {}, key: string | null = null) =>
  (await createCall(deps, context(), wish(more), key)).call;
const report = (id: string, sid: string | null, status: string, durationSeconds: number | null = null) =>
  recordProgress(deps, id, {
    sid: sid ?? "",
    status,
    key: `0:${status}`,
    durationSeconds,
    sipResponseCode: null,
    at: new Date(),
  });
async function decline(): Promise<string> {
  const { id, sid } = await tryOut();
  await report(id, sid, "busy");
  return id;
}
const system = { kind: "system" } as const;
const rowsOf = async (text: string, values: string[]) =>
  (await database.as("calls").transact(system, [{ text, values }]))[0] ?? [];

async function talk(seconds: number): Promise<string> {
  const { id, sid } = await tryOut();
  const token = /name="stream_token" value="([^"]+)"/.exec(await answerCall(deps, id, sid ?? ""))?.[1] ?? "";
  const stream = { call_id: id, call_sid: sid ?? "", stream_token: token, stream_sid: "MZ1", node: "n1" };
  const { session } = await openSession(deps, stream);
  expect(session.limits.max_seconds).toBe(120);
  const usage = {
    speech_to_text_seconds: seconds,
    llm_input_tokens: 10,
    llm_output_tokens: 5,
    speech_characters: 99,
  };
  const at = new Date().toISOString();
  const ended = {
    seq: 1,
    at,
    type: "ended" as const,
    end_reason: "persona_goodbye" as const,
    fault: "none" as const,
    usage,
  };
  await recordJournal(deps, id, [ended]);
  expect(await report(id, sid, "completed", seconds)).toMatchObject({ ended: true });
  return id;
}

test("it is dialled for two minutes, costs nothing to the cent, and leaves nothing to settle or to count", async () => {
  const id = await talk(90);
  expect(twilio.dialled).toMatchObject([{ to: person.phone, timeLimitSeconds: 120 }]);
  const { call } = await getCall(deps, context(), id);
  expect(call).toMatchObject({
    origin: "try_out",
    status: "completed",
    end_reason: "persona_goodbye",
    duration: 90,
    cost: 0,
    payment: null,
  });
  expect(call.costs.find(({ provider }) => provider === "stripe")?.cost).toBe(0);
  expect(call.costs.find(({ provider }) => provider === "twilio")?.cost).toBeGreaterThan(0);
  expect(await rowsOf("select 1 from outbox where call_id = $1", [id])).toEqual([]);
  expect(await rowsOf("select use_count from personas where id = $1", [personaId])).toEqual([
    { use_count: 0 },
  ]);
  expect(await readUsage(deps, context(), 1)).toMatchObject({ total_calls: 0, total_spent: 0 });
});

test("whoever watches it sees a meter that stands still", async () => {
  const { id } = await tryOut();
  const { state } = await readLive(deps.database, deps.cipher, person.actor, id, 0);
  expect(state?.meter).toEqual({ connection: 0, per_minute: 0, at_most: 0 });
  await report(id, (await getCall(deps, context(), id)).call.sid, "no-answer");
  expect((await listCalls(deps, context(), { page: 1, limit: 20, sort: "date_desc" })).calls).toMatchObject([
    { id, origin: "try_out", cost: 0, error_message: "Nobody answered. Nothing was charged." },
  ]);
});

test("only a persona of one's own, only at one's own verified number", async () => {
  const other = await addPerson(database);
  const theirs = await addPersona(database, other);
  await expect(tryOut({ persona_id: theirs })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(tryOut({ persona_id: "01990000-0000-7000-8000-000000000001" })).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  await expect(tryOut({ phone_number: other.phone })).rejects.toMatchObject({ code: "PHONE_NOT_VERIFIED" });
  await expect(tryOut({ variables: { a: "b" } })).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
  expect(twilio.dialled).toEqual([]);
});

test("one at a time, beside usual calls too", async () => {
  const first = await tryOut();
  const refusal = { code: "CONCURRENT_CALLS", detailsJson: JSON.stringify({ call_id: first.id }) };
  await expect(tryOut()).rejects.toMatchObject(refusal);
  const payment_intent_id = await addHold(database, person, 225);
  await expect(tryOut({ payment_intent_id })).rejects.toMatchObject(refusal);
  expect(twilio.dialled).toHaveLength(1);
});

test("the same key answers the same try-out, and no other wish", async () => {
  const first = await tryOut({}, "try-1");
  expect((await tryOut({}, "try-1")).id).toBe(first.id);
  await expect(tryOut({ call_pretext: "Other" }, "try-1")).rejects.toMatchObject({
    code: "IDEMPOTENCY_CONFLICT",
  });
  expect(twilio.dialled).toHaveLength(1);
});

test("five within 24 hours, then it says when the next one is; what the carrier refused does not count", async () => {
  twilio.refuses = true;
  await expect(tryOut()).rejects.toMatchObject({ code: "TWILIO_ERROR" });
  twilio.refuses = false;
  const first = await decline();
  for (let number = 1; number < 5; number += 1) await decline();
  await rowsOf("update calls set created_at = now() - interval '20 hours' where id = $1", [first]);
  const refusal = await tryOut().catch((error) => error);
  expect(refusal).toMatchObject({ code: "MAX_TRY_OUTS", message: expect.stringContaining("in 4 hours") });
  expect(refusal.retryAfter).toBeGreaterThan(14_300);
  expect(refusal.retryAfter).toBeLessThanOrEqual(14_400);
  await rowsOf("update calls set created_at = now() - interval '25 hours' where id = $1", [first]);
  await expect(tryOut()).resolves.toMatchObject({ status: "initiated", estimated_cost: 0 });
});

test("twenty at once make one, and a crash between row and dial is swept away", async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => tryOut()));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const [call] = await rowsOf(
    `update calls set twilio_sid = null, created_at = now() - interval '10 minutes'
     where user_id = $1 returning id`,
    [person.actor.userId],
  );
  await sweep(deps);
  expect((await getCall(deps, context(), String(call?.id))).call).toMatchObject({
    status: "failed",
    cost: 0,
  });
});
