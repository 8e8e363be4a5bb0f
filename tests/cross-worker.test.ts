// What must survive the way from one Worker to another: coded errors with all they say, the cron trigger, and the counts
// of a Durable Object that is put to sleep.
import { contract } from "@callmeback/shared/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiClient } from "./api/client.ts";
import { register } from "./api/people.ts";
import { addHold, addPerson, addPersona } from "./fixtures/people.ts";
import { startTestMesh, type TestMesh } from "./fixtures/test-mesh.ts";

let mesh: TestMesh;
let api: ApiClient;

beforeAll(async () => {
  mesh = await startTestMesh();
  api = new ApiClient(mesh.url);
}, 60_000);
afterAll(() => mesh.close());

test("a coded error keeps its code, its wait and its words from auth to the door", async () => {
  const { email } = await register(api, { "CF-Connecting-IP": "192.0.2.101" });
  const login = { body: { email, password: "Wrong-Password-1" } };
  const from = (address: number) => ({ ...login, headers: { "CF-Connecting-IP": `192.0.2.${address}` } });
  for (let tries = 1; tries <= 10; tries++) await api.refused("login", from(tries), "INVALID_CREDENTIALS");
  const { status, parsed } = await api.refused("login", from(11), "ACCOUNT_LOCKED");
  expect(status).toBe(429);
  expect(parsed.retry_after).toBeGreaterThan(1700);
});

test("a failure three Workers away is told without its insides", async () => {
  const { token } = await register(api, { "CF-Connecting-IP": "192.0.2.102" });
  const { parsed } = await api.refused("startPhoneVerification", { token }, "TWILIO_ERROR");
  expect(JSON.stringify(parsed)).not.toMatch(/127\.0\.0\.1|fetch|ECONNREFUSED/i);
});

test("the cron trigger at the door ends a call that nobody ever dialled", async () => {
  const person = await addPerson(mesh.database);
  const personaId = await addPersona(mesh.database, person);
  const intent = await addHold(mesh.database, person, 225);
  const calls = mesh.database.as("calls");
  await calls.transact(person.actor, [
    {
      text: `insert into calls (id, tenant_id, user_id, persona_id, persona, phone_number, payment_id, hold_cents,
          request_fingerprint, max_seconds, created_at)
        select gen_random_uuid(), app.tenant_id(), app.user_id(), $1, '{}', $2, id, 225, 'x', 300, now() - interval '1 hour'
        from payments where stripe_payment_intent_id = $3`,
      values: [personaId, person.phone, intent],
    },
  ]);
  await mesh.harness.getWorker().scheduled({ cron: "* * * * *" });
  const [[ended]] = (await calls.transact(person.actor, [
    { text: "select status, fault, cost_cents from calls", values: [] },
  ])) as [[unknown]];
  expect(ended).toMatchObject({ status: "failed", cost_cents: 0 });
});

test("a rate limit's count outlives the sleep of its Durable Object", async () => {
  const headers = { "CF-Connecting-IP": "192.0.2.200" };
  const login = { body: { email: "nobody@example.com", password: "x" }, headers };
  for (let request = 0; request < 5; request++) await api.refused("login", login, "INVALID_CREDENTIALS");
  await mesh.harness.getWorker().evictDurableObject("RateLimiter", { name: "ip:192.0.2.200" });
  await api.refused("login", login, "RATE_LIMIT_EXCEEDED");
});

test("the edge keeps what anonymous callers see, and drops it with the change of a public persona", async () => {
  const asked = async () => {
    const response = await fetch(`${mesh.database.endpoint.url}/health`);
    return ((await response.json()) as { transactions: number }).transactions;
  };
  const listed = async () => {
    const before = await asked();
    const { personas } = await api.good("listPersonas", { query: "?sort=created_desc&limit=3" });
    return { newest: personas[0]?.name, roundTrips: (await asked()) - before };
  };
  const { token } = await register(api, { "CF-Connecting-IP": "192.0.2.103" });
  await listed();
  expect(await listed()).toMatchObject({ roundTrips: 0 });
  const body = { ...contract.createPersona.example.body, name: "Brand New", is_public: true };
  const { persona } = await api.good("createPersona", { token, body });
  expect(await listed()).toEqual({ newest: "Brand New", roundTrips: 1 });
  await api.good("updatePersona", { token, params: { id: persona.id }, body: { is_public: false } });
  expect((await listed()).newest).not.toBe("Brand New");
});

test("a list that the client has already is not sent again, until it changes", async () => {
  const { token } = await register(api, { "CF-Connecting-IP": "192.0.2.104" });
  const ask = async (etag = "") => {
    const headers = { Authorization: `Bearer ${token}`, "If-None-Match": etag };
    return fetch(`${mesh.url}/api/contacts`, { headers });
  };
  const first = await ask();
  const etag = first.headers.get("ETag") ?? "";
  expect([first.status, first.headers.get("Cache-Control")]).toEqual([200, "private, no-cache"]);
  const second = await ask(etag);
  expect([second.status, await second.text()]).toEqual([304, ""]);
  await api.good("addContact", { token, body: contract.addContact.example.body });
  expect((await ask(etag)).status).toBe(200);
});

test("no Worker but the gateway answers the web", async () => {
  for (const name of ["auth", "persona", "call-orchestrator", "billing", "database-proxy"]) {
    const worker = mesh.harness.getWorker(`callmeback-${name}`);
    const status = await worker.fetch("/api/auth/me").then(
      (answer) => answer.status,
      () => "no handler",
    );
    expect([404, "no handler"]).toContain(status);
  }
});
