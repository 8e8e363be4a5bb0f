// Concurrency on a real PostgreSQL server: PGlite has one connection and could prove nothing here.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres } from "../infra/database/postgres-server.ts";
import { createCall } from "../workers/call-orchestrator/src/create-call.ts";
import type { CallDeps } from "../workers/call-orchestrator/src/env.ts";
import { recordProgress } from "../workers/call-orchestrator/src/progress.ts";
import { settleOwed } from "../workers/call-orchestrator/src/settle-owed.ts";
import { callDeps } from "./fixtures/call-deps.ts";
import { DialledTwilio } from "./fixtures/dialled-twilio.ts";
import { addHold, addPerson, addPersona } from "./fixtures/people.ts";
import { startTestDatabase, type TestDatabase } from "./fixtures/test-database.ts";

let database: TestDatabase;
let stopServer: () => Promise<void>;
let twilio: DialledTwilio;
let captures = 0;
let deps: CallDeps;

beforeAll(async () => {
  const server = await startPostgres();
  stopServer = () => server.close();
  database = await startTestDatabase(server.url);
  twilio = new DialledTwilio();
  deps = callDeps(database, twilio, {
    settle: async () => {
      captures += 1;
    },
    refreshHold: async () => {},
  });
});
afterAll(async () => {
  await database.close();
  await stopServer();
});

const fifty = <T>(work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: 50 }, (_, i) => work(i)));

test("50 requests at once with one intent: one call, one dial; 50 last words at once: one settlement", async () => {
  twilio.dialled = [];
  const person = await addPerson(database);
  const input = {
    phone_number: person.phone,
    persona_id: await addPersona(database, person),
    payment_intent_id: await addHold(database, person, 225),
  };
  const answers = await fifty(() => createCall(deps, { actor: person.actor, requestId: "r" }, input, null));
  expect(new Set(answers.map(({ call }) => call.id)).size).toBe(1);
  expect(twilio.dialled).toHaveLength(1);
  const call = answers.find((answer) => answer.call.sid !== null)?.call;
  const last = {
    sid: call?.sid ?? "",
    status: "busy",
    durationSeconds: 0,
    sipResponseCode: null,
    at: new Date(),
  };
  const ends = await fifty((index) =>
    recordProgress(deps, call?.id ?? "", { ...last, key: `${index % 5}:busy` }),
  );
  expect(ends.filter(({ ended }) => ended)).toHaveLength(1);
  await fifty(() => settleOwed(deps, call?.id ?? ""));
  expect(captures).toBe(1);
});

test("50 intents of one person at once: one alive call, 49 told so", async () => {
  twilio.dialled = [];
  const person = await addPerson(database);
  const personaId = await addPersona(database, person);
  const outcomes = await fifty(async () => {
    const payment_intent_id = await addHold(database, person, 225);
    const input = { phone_number: person.phone, persona_id: personaId, payment_intent_id };
    return createCall(deps, { actor: person.actor, requestId: "r" }, input, null).then(
      () => "called",
      (error: { code?: string }) => error.code ?? "unknown",
    );
  });
  expect(outcomes.filter((outcome) => outcome === "called")).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === "CONCURRENT_CALLS")).toHaveLength(49);
  expect(twilio.dialled).toHaveLength(1);
});

test("50 people at once: 50 calls, 50 dials", async () => {
  twilio.dialled = [];
  const answers = await fifty(async () => {
    const person = await addPerson(database);
    const input = {
      phone_number: person.phone,
      persona_id: await addPersona(database, person),
      payment_intent_id: await addHold(database, person, 225),
    };
    return createCall(deps, { actor: person.actor, requestId: "r" }, input, null);
  });
  expect(new Set(answers.map(({ call }) => call.sid)).size).toBe(50);
  expect(twilio.dialled).toHaveLength(50);
});

test("a hold is taken by its call or given back as unused, never both", { timeout: 60_000 }, async () => {
  const people = await Promise.all(Array.from({ length: 30 }, () => addPerson(database)));
  const wishes = await Promise.all(
    people.map(async (person) => ({
      person,
      persona_id: await addPersona(database, person),
      payment_intent_id: await addHold(database, person, 225),
    })),
  );
  const billing = database.as("billing");
  await billing.transact({ kind: "system" }, [
    { text: "update payments set state_since = now() - interval '1 hour' where state = 'held'", values: [] },
  ]);
  const sweep = () =>
    billing.transact({ kind: "system" }, [
      { text: "select app.release_unused_holds(interval '30 minutes') as marked", values: [] },
    ]);
  const calls = wishes.map(({ person, ...wish }) =>
    createCall(
      deps,
      { actor: person.actor, requestId: "race" },
      { phone_number: person.phone, ...wish },
      null,
    ),
  );
  const outcomes = await Promise.allSettled([...calls, sweep(), sweep(), sweep()]);
  const placed = outcomes.slice(0, 30).filter(({ status }) => status === "fulfilled").length;
  for (const outcome of outcomes.slice(0, 30)) {
    if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "PAYMENT_FAILED" });
  }
  const intents = wishes.map((wish) => wish.payment_intent_id);
  const [found] = await database.as("calls").transact({ kind: "system" }, [
    {
      text: `select p.state, count(c.id)::int as calls, count(*)::int as holds from payments p
        left join calls c on c.payment_id = p.id where p.stripe_payment_intent_id = any($1) group by p.state order by 1`,
      values: [intents],
    },
  ]);
  const held = found?.find((row) => row.state === "held");
  expect(held?.calls ?? 0).toBe(placed);
  expect(held?.holds ?? 0).toBe(placed);
  expect(found?.find((row) => row.state === "releasing")?.calls ?? 0).toBe(0);
});
