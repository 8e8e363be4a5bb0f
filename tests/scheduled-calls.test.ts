// Scheduled calls on the real runtime, its cron, its queue and a real PostgreSQL: twenty in the same moment, two ticks at
// once, and all Workers killed between claim and dial. A dial is what the telephone network has seen.
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres } from "../infra/database/postgres-server.ts";
import { type Sandbox, startSandbox } from "../sandbox/src/sandbox.ts";
import { startMeshToKill } from "./fixtures/mesh-to-kill.ts";
import { addHold, addPerson, addPersona, type Person } from "./fixtures/people.ts";
import { startTestDatabase, type TestDatabase } from "./fixtures/test-database.ts";
import { startTestMesh, type TestMesh } from "./fixtures/test-mesh.ts";

const count = 20;
const twilio = {
  accountSid: `AC${"0".repeat(32)}`,
  authToken: "a-token-for-tests",
  fromNumber: "+15005550006",
  verifyKeySid: `SK${"0".repeat(32)}`,
  verifyKeySecret: "a-secret-for-tests",
  verifyServiceSid: `VA${"0".repeat(32)}`,
};

let stopServer: () => Promise<void>;
let database: TestDatabase;
let sandbox: Sandbox;

beforeAll(async () => {
  const server = await startPostgres();
  stopServer = () => server.close();
  database = await startTestDatabase(server.url);
  sandbox = await startSandbox({
    port: 0,
    isRealLatency: false,
    twilio,
    stripe: { secretKey: "sk_test_1", publishableKey: "pk_test_1", webhookSecret: "whsec_1" },
    deepgram: { apiKey: "d" },
    llm: { apiKey: "l" },
    elevenLabs: { apiKey: "e" },
  });
}, 60_000);
afterAll(async () => {
  await sandbox.close();
  await database.close();
  await stopServer();
});

const variables = () => ({
  TWILIO_API_URL: sandbox.url,
  TWILIO_ACCOUNT_SID: twilio.accountSid,
  TWILIO_AUTH_TOKEN: twilio.authToken,
  TWILIO_FROM_NUMBER: twilio.fromNumber,
});
const startMesh = () => startTestMesh({ database, variables: variables() });

const asSystem = (text: string, values: (string | number | string[])[] = []) =>
  database.as("calls").transact({ kind: "system" }, [{ text, values }]);

/** Twenty people whose calls are due so many seconds from now. Their phones are busy: only the dial matters here. */
async function twentyDueIn(seconds: number): Promise<Person[]> {
  const people = await Promise.all(Array.from({ length: count }, () => addPerson(database)));
  for (const person of people) {
    const persona = await addPersona(database, person);
    const hold = await addHold(database, person, 225);
    await fetch(`${sandbox.url}/control/phones/${person.phone}`, {
      method: "PUT",
      body: JSON.stringify({ behaviour: "busy" }),
    });
    await database.as("calls").transact(person.actor, [
      {
        text: `insert into scheduled_calls (id, tenant_id, user_id, persona_id, persona_name, phone_number,
            scheduled_time, payment_id, hold_cents, request_fingerprint, reminded_at)
          select $1, app.tenant_id(), app.user_id(), $2, 'Luna', $3, now() + make_interval(secs => $4::int), id, 225, 'f', now()
          from payments where stripe_payment_intent_id = $5`,
        values: [uuidv7(), persona, person.phone, seconds, hold],
      },
    ]);
  }
  return people;
}

const twoTicks = ({ harness }: TestMesh) =>
  Promise.all([1, 2].map(() => harness.getWorker().scheduled({ cron: "* * * * *" })));

/** How often each of these phones was dialled. */
async function dials(people: Person[]): Promise<number[]> {
  return Promise.all(
    people.map(async ({ phone }) => {
      const response = await fetch(`${sandbox.url}/control/phones/${phone}`);
      return ((await response.json()) as { calls: unknown[] }).calls.length;
    }),
  );
}

/** The states that their schedules are in. */
async function states(people: Person[]): Promise<unknown[]> {
  const [found] = await asSystem(
    "select distinct status from scheduled_calls where user_id = any($1::uuid[])",
    [people.map(({ actor }) => actor.userId)],
  );
  return (found ?? []).map(({ status }) => status);
}

const once = Array.from({ length: count }, () => 1);

test("twenty due at once, two ticks racing: twenty dials, each within five seconds of its time, none before it", {
  timeout: 90_000,
}, async () => {
  const mesh = await startMesh();
  try {
    const people = await twentyDueIn(6);
    await twoTicks(mesh);
    await expect.poll(() => dials(people), { timeout: 30_000, interval: 250 }).toEqual(once);
    await expect.poll(() => states(people), { timeout: 10_000, interval: 100 }).toEqual(["started"]);
    // Nothing is left that a tick could claim, so no dial can follow.
    await twoTicks(mesh);
    expect(await states(people)).toEqual(["started"]);
    expect(await dials(people)).toEqual(once);
    const [late] = await asSystem(
      `select extract(epoch from c.created_at - s.scheduled_time)::float8 as seconds
       from scheduled_calls s join calls c on c.id = s.call_id where s.user_id = any($1::uuid[])`,
      [people.map(({ actor }) => actor.userId)],
    );
    const seconds = (late ?? []).map((row) => Number(row.seconds));
    expect(seconds).toHaveLength(count);
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...seconds)).toBeLessThan(5);
  } finally {
    await mesh.close();
  }
});

test("all Workers are killed between claim and dial: twenty dials after it, no more", {
  timeout: 90_000,
}, async () => {
  const people = await twentyDueIn(20);
  const crashing = await startMeshToKill({ sqlUrl: database.endpoint.url, variables: variables() });
  await crashing.tick(2);
  const users = people.map(({ actor }) => actor.userId);
  const [claimed] = await asSystem(
    "select 1 from scheduled_calls where status = 'starting' and user_id = any($1::uuid[])",
    [users],
  );
  expect(claimed).toHaveLength(count);
  // The queue lives in the runtime, and is gone with it.
  await crashing.kill();
  expect(await dials(people)).toEqual(once.map(() => 0));
  await asSystem(
    `update scheduled_calls set scheduled_time = now() - interval '1 minute', lease_until = now() - interval '1 second'
     where user_id = any($1::uuid[])`,
    [users],
  );
  const mesh = await startMesh();
  try {
    await twoTicks(mesh);
    await expect.poll(() => dials(people), { timeout: 30_000, interval: 250 }).toEqual(once);
    await expect.poll(() => states(people), { timeout: 10_000, interval: 100 }).toEqual(["started"]);
    // Nothing is left that a tick could claim, so no dial can follow.
    await twoTicks(mesh);
    expect(await states(people)).toEqual(["started"]);
    expect(await dials(people)).toEqual(once);
  } finally {
    await mesh.close();
  }
});
