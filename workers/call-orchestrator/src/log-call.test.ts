// Calls that an outside agent logs: kept once, read with one's own, never counted, never dialled, gone with the person.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { callDeps } from "../../../tests/fixtures/call-deps.ts";
import { DialledTwilio } from "../../../tests/fixtures/dialled-twilio.ts";
import { addHold, addPerson, addPersona, type Person } from "../../../tests/fixtures/people.ts";
import { startTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.ts";
import { eraseCalls, exportCalls } from "./account.ts";
import { getCall } from "./call-detail.ts";
import { createCall } from "./create-call.ts";
import { hangUpCall } from "./hang-up.ts";
import { mayWatch } from "./live/watch.ts";
import { logCall } from "./log-call.ts";
import { listCalls } from "./read-calls.ts";
import { readUsage } from "./usage.ts";

let database: TestDatabase;
let deps: ReturnType<typeof callDeps>;
let person: Person;

beforeAll(async () => {
  database = await startTestDatabase();
  deps = callDeps(database, new DialledTwilio(), {});
}, 60_000);
afterAll(() => database.close());
beforeEach(async () => {
  person = await addPerson(database);
});

const told = {
  client_id: "smith-dental",
  caller_phone: "+14155550123",
  caller_name: "Grace",
  agent_name: "Front desk",
  started_at: "2026-11-20T09:00:00+01:00",
  duration_seconds: 45.5,
  transcript: "Agent: Hello. Caller: Friday?",
  sentiment: "positive" as const,
  success: true,
  stt_latency_ms: 150,
  notes: "Wants Friday.",
};
const context = (who = person) => ({ actor: who.actor, requestId: "test-request" });
const all = { page: 1, limit: 20, sort: "date_desc" as const };

describe("a call that an agent logs", () => {
  test("is read again with all that was told of it, and without a payment", async () => {
    const { call } = await logCall(deps, context(), told, null);
    expect((await listCalls(deps, context(), all)).calls).toEqual([call]);
    expect((await getCall(deps, context(), call.id)).call).toMatchObject({
      ...call,
      origin: "logged",
      status: "completed",
      persona_name: "Front desk",
      phone_number: "+14155550123",
      start_time: "2026-11-20T08:00:00.000Z",
      duration: 46,
      cost: null,
      transcript: told.transcript,
      payment: null,
      costs: [],
      turns: [],
      agent_log: {
        client_id: "smith-dental",
        notes: "Wants Friday.",
        stt_latency_ms: 150,
        llm_latency_ms: null,
      },
    });
  });

  test("is sealed: the database holds no word of it", async () => {
    await logCall(deps, context(), told, null);
    const [kept] = await deps.database.transact(person.actor, [
      { text: "select c::text as row from calls c where user_id = $1", values: [person.actor.userId] },
    ]);
    expect(JSON.stringify(kept)).toContain("smith-dental");
    expect(JSON.stringify(kept)).not.toContain("Friday");
  });

  test("is kept once for one key, and the key is good for nothing else", async () => {
    const [one, other] = await Promise.all([
      logCall(deps, context(), told, "key-1"),
      logCall(deps, context(), told, "key-1"),
    ]);
    expect(other.call.id).toBe(one.call.id);
    expect((await listCalls(deps, context(), all)).pagination.total).toBe(1);
    await expect(logCall(deps, context(), { ...told, duration_seconds: 1 }, "key-1")).rejects.toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
    });
    const wish = {
      phone_number: person.phone,
      persona_id: await addPersona(database, person),
      payment_intent_id: await addHold(database, person, 225),
    };
    await expect(createCall(deps, context(), wish, "key-1")).rejects.toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
    });
  });

  test("is refused when it has not happened yet", async () => {
    const soon = new Date(Date.now() + 60_000).toISOString();
    await expect(logCall(deps, context(), { ...told, started_at: soon }, null)).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      message: "started_at must not be in the future.",
    });
  });

  test("is no call of ours: not in the usage, not to be watched, and hanging it up asks nobody", async () => {
    const { call } = await logCall(deps, context(), told, null);
    expect(await readUsage(deps, context(), 1)).toMatchObject({
      total_calls: 0,
      total_minutes: 0,
    });
    await expect(mayWatch(deps, context(), call.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await hangUpCall(deps, context(), call.id);
    expect((await getCall(deps, context(), call.id)).call.status).toBe("completed");
    const other = await addPerson(database);
    await expect(getCall(deps, context(other), call.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("goes along in the export, and with the person", async () => {
    const { call } = await logCall(deps, context(), told, null);
    expect((await exportCalls(deps, context())).calls).toMatchObject([
      { id: call.id, transcript: told.transcript, notes: told.notes },
    ]);
    await eraseCalls(deps, person.actor.userId);
    const [row] = (await exportCalls(deps, context())).calls;
    expect(row).toMatchObject({ phone_number: null, persona_name: "Erased", transcript: null, notes: null });
  });
});
