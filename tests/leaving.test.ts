// Somebody leaves: nothing that names them is left in any table, and what was cut off is finished by the cron.
import { contract } from "@callmeback/shared/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiClient } from "./api/client.ts";
import { type RegisteredPerson, register } from "./api/people.ts";
import { startTestMesh, type TestMesh } from "./fixtures/test-mesh.ts";

let mesh: TestMesh;
let api: ApiClient;

beforeAll(async () => {
  mesh = await startTestMesh();
  api = new ApiClient(mesh.url);
}, 60_000);
afterAll(() => mesh.close());

const system = { kind: "system" } as const;
const workers = ["auth", "persona", "calls", "billing"] as const;

/** Somebody with a persona, a contact, a template, and a call that was paid. */
async function someone(): Promise<RegisteredPerson> {
  const person = await register(api);
  const { token } = person;
  const { persona } = await api.good("createPersona", { token, body: contract.createPersona.example.body });
  await api.good("addContact", { token, body: { persona_id: persona.id } });
  await api.good("createScenarioTemplate", { token, body: contract.createScenarioTemplate.example.body });
  await mesh.database.as("billing").transact(system, [
    {
      text: `insert into payments (id, tenant_id, user_id, stripe_payment_intent_id, payment_method_id, amount_cents, state, capture_cents)
        select gen_random_uuid(), tenant_id, id, $2, 'pm_x', 225, 'held', 65 from users where id = $1`,
      values: [person.id, `pi_${person.id.replaceAll("-", "")}`],
    },
  ]);
  await mesh.database.as("calls").transact(system, [
    {
      text: `insert into calls (id, tenant_id, user_id, persona_id, persona, phone_number, payment_id, hold_cents,
          request_fingerprint, max_seconds, status, ended_at, end_reason, fault, cost_cents, gate)
        select gen_random_uuid(), u.tenant_id, u.id, $2, '{"name": "My Custom Persona"}', u.phone, p.id, 225, 'f', 300,
          'completed', now(), 'caller_hangup', 'none', 65, '{}'
        from users u join payments p on p.user_id = u.id where u.id = $1`,
      values: [person.id, persona.id],
    },
  ]);
  await mesh.database
    .as("billing")
    .transact(system, [
      { text: "update payments set state = 'captured' where user_id = $1", values: [person.id] },
    ]);
  return person;
}

/** The tables in which a row still says one of these words, whichever Worker can see it. */
async function tablesThatSay(words: string[]): Promise<string[]> {
  const tables = await mesh.database.endpoint.ownerQuery(
    "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
  );
  const found = new Set<string>();
  for (const { relname } of tables) {
    for (const worker of workers) {
      const [hits] = await mesh.database
        .as(worker)
        .transact(system, [
          {
            text: `select 1 from ${relname} t where t::text ilike any($1::text[]) limit 1`,
            values: [words.map((word) => `%${word}%`)],
          },
        ])
        .catch((error: Error) => (error.message.startsWith("42501") ? [[]] : Promise.reject(error)));
      if ((hits ?? []).length > 0) found.add(String(relname));
    }
  }
  return [...found].sort();
}

test("what is exported is all of it; what is deleted is all of it but the payment", async () => {
  const person = await someone();
  const { token, email, phone, password } = person;
  const taken = await api.good("exportAccount", { token });
  expect(taken).toMatchObject({
    account: { user: { email, phone }, consents: [{ kind: "terms" }] },
    personas: { personas: [{ name: "My Custom Persona" }], contacts: [{}], scenario_templates: [{}] },
    billing: { payments: [{ state: "captured", captured: 0.65 }] },
  });
  expect(await tablesThatSay([email, phone])).toContain("users");
  // Sealed words that no key of ours opens: they are erased without being read.
  await mesh.database.as("calls").transact(system, [
    {
      text: `insert into call_turns (call_id, seq, tenant_id, user_id, speaker, encrypted_text, started_at, ended_at, interrupted)
        select id, 1, tenant_id, user_id, 'caller', 'x', now(), now(), false from calls where user_id = $1`,
      values: [person.id],
    },
  ]);
  await api.good("deleteAccount", { token, body: { password } });
  expect(await tablesThatSay([email, phone, "My Custom Persona", "Ask for a raise"])).toEqual([]);
  const [payments] = await mesh.database
    .as("billing")
    .transact(system, [{ text: "select state from payments where user_id = $1", values: [person.id] }]);
  expect(payments).toEqual([{ state: "captured" }]);
  const [turns] = await mesh.database
    .as("calls")
    .transact(system, [{ text: "select 1 from call_turns where user_id = $1", values: [person.id] }]);
  expect(turns).toEqual([]);
  await api.refused("me", { token }, "INVALID_TOKEN");
});

test("who has left is gone at once, and what a crash left of them goes with the next cron", async () => {
  const person = await someone();
  await mesh.database
    .as("auth")
    .transact(system, [{ text: "update users set leaving_at = now() where id = $1", values: [person.id] }]);
  await api.refused("me", { token: person.token }, "INVALID_TOKEN");
  expect(await tablesThatSay([person.email])).toEqual(["users"]);
  await mesh.harness.getWorker().scheduled({ cron: "* * * * *" });
  expect(await tablesThatSay([person.email, person.phone])).toEqual([]);
});
