// Trying a persona out: the whole life of a call, and no money anywhere in it.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type CallWorld, openCallWorld, report } from "../../../tests/fixtures/call-world.ts";
import { addHold, addPerson, addPersona } from "../../../tests/fixtures/people.ts";
import { startTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.ts";
import { createCall } from "./create-call.ts";
import { readLive } from "./live/read-live.ts";
import { recordProgress } from "./progress.ts";
import { listCalls } from "./read-calls.ts";
import { sweep } from "./sweep.ts";
import { readUsage } from "./usage.ts";

let database: TestDatabase;
let world: CallWorld;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  world = await openCallWorld(database);
});
// Billing is never asked for anything.
afterEach(() => expect(world.settlements).toEqual([]));

const wish = (more: object = {}) => ({
  phone_number: world.person.phone,
  persona_id: world.personaId,
  payment_intent_id: null,
  ...more,
});
const tryOut = async (more: object = {}, key: string | null = null) => {
  const { call } = await createCall(world.deps, world.context(), wish(more), key);
  return { ...call, sid: call.sid ?? "" };
};
async function decline(): Promise<string> {
  const { id, sid } = await tryOut();
  await recordProgress(world.deps, id, report(sid, "busy"));
  return id;
}

async function talk(seconds: number): Promise<string> {
  const call = await tryOut();
  const { opened } = await world.connect(call);
  expect(opened.session.limits.max_seconds).toBe(120);
  expect(await world.end(call, seconds)).toMatchObject({ ended: true });
  return call.id;
}

test("it is dialled for two minutes, costs nothing to the cent, and leaves nothing to settle or to count", async () => {
  const id = await talk(90);
  expect(world.twilio.dialled).toMatchObject([{ to: world.person.phone, timeLimitSeconds: 120 }]);
  const call = await world.seen({ id });
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
  expect(await world.rows("select 1 from outbox where call_id = $1", [id])).toEqual([]);
  expect(await world.rows("select use_count from personas where id = $1", [world.personaId])).toEqual([
    { use_count: 0 },
  ]);
  expect(await readUsage(world.deps, world.context(), 1)).toMatchObject({ total_calls: 0, total_spent: 0 });
});

test("whoever watches it sees a meter that stands still", async () => {
  const { id, sid } = await tryOut();
  const { state } = await readLive(world.deps.database, world.deps.cipher, world.person.actor, id, 0);
  expect(state?.meter).toEqual({ connection: 0, per_minute: 0, at_most: 0 });
  await recordProgress(world.deps, id, report(sid, "no-answer"));
  expect(
    (await listCalls(world.deps, world.context(), { page: 1, limit: 20, sort: "date_desc" })).calls,
  ).toMatchObject([
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
  expect(world.twilio.dialled).toEqual([]);
});

test("one at a time, beside usual calls too", async () => {
  const first = await tryOut();
  const refusal = { code: "CONCURRENT_CALLS", detailsJson: JSON.stringify({ call_id: first.id }) };
  await expect(tryOut()).rejects.toMatchObject(refusal);
  const payment_intent_id = await addHold(database, world.person, 225);
  await expect(tryOut({ payment_intent_id })).rejects.toMatchObject(refusal);
  expect(world.twilio.dialled).toHaveLength(1);
});

test("the same key answers the same try-out, and no other wish", async () => {
  const first = await tryOut({}, "try-1");
  expect((await tryOut({}, "try-1")).id).toBe(first.id);
  await expect(tryOut({ call_pretext: "Other" }, "try-1")).rejects.toMatchObject({
    code: "IDEMPOTENCY_CONFLICT",
  });
  expect(world.twilio.dialled).toHaveLength(1);
});

test("five within 24 hours, then it says when the next one is; what the carrier refused does not count", async () => {
  world.twilio.refuses = true;
  await expect(tryOut()).rejects.toMatchObject({ code: "TWILIO_ERROR" });
  world.twilio.refuses = false;
  const first = await decline();
  for (let number = 1; number < 5; number += 1) await decline();
  await world.rows("update calls set created_at = now() - interval '20 hours' where id = $1", [first]);
  const refusal = await tryOut().catch((error) => error);
  expect(refusal).toMatchObject({ code: "MAX_TRY_OUTS", message: expect.stringContaining("in 4 hours") });
  expect(refusal.retryAfter).toBeGreaterThan(14_300);
  expect(refusal.retryAfter).toBeLessThanOrEqual(14_400);
  await world.rows("update calls set created_at = now() - interval '25 hours' where id = $1", [first]);
  await expect(tryOut()).resolves.toMatchObject({ status: "initiated", estimated_cost: 0 });
});

test("twenty at once make one, and a crash between row and dial is swept away", async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => tryOut()));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const [call] = await world.rows(
    `update calls set twilio_sid = null, created_at = now() - interval '10 minutes'
     where user_id = $1 returning id`,
    [world.person.actor.userId],
  );
  await sweep(world.deps);
  expect(await world.seen({ id: String(call?.id) })).toMatchObject({
    status: "failed",
    cost: 0,
  });
});
