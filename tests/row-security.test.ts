// For every table and every Worker's role: another user's and another tenant's rows can be neither read nor changed by SQL.
// No code check takes part: the statements are as wide as SQL allows.
import { rows, sql, transact } from "@callmeback/shared/rpc/database";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { startPostgres } from "../infra/database/postgres-server.ts";
import { addHold, addPerson, addPersona, type Person } from "./fixtures/people.ts";
import { startTestDatabase, type TestDatabase } from "./fixtures/test-database.ts";

/** Every table of the schema; a new one fails the first test until it stands here with the column that names its owner. */
const ownerColumn = {
  tenants: "id",
  users: "id",
  admin_users: null,
  admin_token_blacklist: null,
  admin_audit: null,
  consents: "user_id",
  token_blacklist: "user_id",
  phone_verifications: "user_id",
  personas: "user_id",
  persona_counts: "user_id",
  public_personas: null,
  contacts: "user_id",
  scenario_templates: "user_id",
  payment_methods: "user_id",
  payments: "user_id",
  refunds: "user_id",
  disputes: "user_id",
  stripe_events: null,
  calls: "user_id",
  call_events: "user_id",
  call_turns: "user_id",
  call_recordings: "user_id",
  call_recording_parts: "user_id",
  recording_erasures: "user_id",
  call_replays: "user_id",
  scheduled_calls: "user_id",
  suppressions: "user_id",
  gate_refusals: "user_id",
  outbox: "user_id",
} as const;
type Table = keyof typeof ownerColumn;
const tables = Object.keys(ownerColumn) as Table[];
/** Which rows of a table everybody may see. */
const sharedRows: Partial<Record<Table, string>> = {
  personas: "is_public",
  scenario_templates: "is_public",
  persona_counts: "user_id is null",
  public_personas: "true",
};
const workers = ["auth", "persona", "calls", "billing"] as const;

/** A statement's outcome: how many rows it touched, or that the role may not touch the table at all. */
type Reach = number | "denied";

describe.each(["PGlite", "PostgreSQL"])("on %s", (body) => {
  let database: TestDatabase;
  let stopServer = async () => {};
  let victim: Person;
  let intruder: Person;

  beforeAll(async () => {
    if (body === "PostgreSQL") {
      const server = await startPostgres();
      stopServer = () => server.close();
      database = await startTestDatabase(server.url);
    } else {
      database = await startTestDatabase();
    }
    victim = await addPerson(database);
    intruder = await addPerson(database);
    await fillEveryTable(database, victim);
  });
  afterAll(async () => {
    await database.close();
    await stopServer();
  });

  async function reach(worker: (typeof workers)[number], who: Person, text: string): Promise<Reach> {
    try {
      const [touched] = await database.as(worker).transact(who.actor, [{ text, values: [] }]);
      return touched?.length ?? 0;
    } catch (error) {
      if (error instanceof Error && error.message.startsWith("42501")) return "denied";
      throw error;
    }
  }

  test("every table is listed here, forces row security and is owned by no role of the application", async () => {
    const found = await database.endpoint.ownerQuery(
      `select relname, relrowsecurity and relforcerowsecurity as forced, pg_get_userbyid(relowner) as owner
       from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'schema_migrations'`,
    );
    expect(found.map((row) => row.relname).sort()).toEqual([...tables].sort());
    expect(found.filter((row) => row.forced !== "t").map((row) => row.relname)).toEqual([]);
    expect(found.filter((row) => row.owner !== "callmeback_owner").map((row) => row.relname)).toEqual([]);
  });

  test("every policy works out who asks once a statement, not once a row", async () => {
    const policies = await database.endpoint.ownerQuery(
      "select tablename, policyname, concat(qual, with_check) as rule from pg_policies where schemaname = 'public'",
    );
    const once = /\(\s*SELECT app\.\w+\(\) AS \w+\)/g;
    const perRow = policies.filter(({ rule }) => rule?.replace(once, "").includes("app."));
    expect(policies.length).toBeGreaterThan(tables.length);
    expect(perRow).toEqual([]);
  });

  test("no role of the application can bypass row security, own or create", async () => {
    const roles = await database.endpoint.ownerQuery(
      `select rolname from pg_roles where rolname like 'callmeback\\_%' and rolname <> 'callmeback_owner'
       and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)`,
    );
    expect(roles).toEqual([]);
  });

  test("the victim has a row in every table, seen by the role that owns it", async () => {
    for (const table of tables.filter((name) => ownerColumn[name] !== null)) {
      const reaches = await Promise.all(
        workers.map((worker) => reach(worker, victim, `select 1 from ${table}`)),
      );
      expect(Math.max(...reaches.map((count) => (count === "denied" ? 0 : count))), table).toBeGreaterThan(0);
    }
  });

  describe.each(workers)("the role of %s", (worker) => {
    test.each(tables)("reads no foreign row of %s", async (table) => {
      const column = ownerColumn[table];
      const mine = table === "tenants" ? intruder.tenantId : intruder.actor.userId;
      const foreign = column === null ? "true" : `${column} is distinct from '${mine}'`;
      const shared = table in sharedRows ? ` and not (${sharedRows[table]})` : "";
      expect([0, "denied"]).toContain(
        await reach(worker, intruder, `select 1 from ${table} where ${foreign}${shared}`),
      );
    });

    test.each(tables)("changes and removes no foreign row of %s", async (table) => {
      const [first] = await database.endpoint.ownerQuery(
        `select string_agg(quote_ident(column_name) || ' = ' || quote_ident(column_name), ', ') as assignments
         from information_schema.columns where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'`,
        [table],
      );
      const column = ownerColumn[table];
      const mine = table === "tenants" ? intruder.tenantId : intruder.actor.userId;
      const foreign = column === null ? "true" : `${column} is distinct from '${mine}'`;
      for (const assignment of (first?.assignments ?? "").split(", ")) {
        const update = `update ${table} set ${assignment} where ${foreign} returning 1`;
        expect([0, "denied"], update).toContain(await reach(worker, intruder, update));
      }
      expect([0, "denied"]).toContain(
        await reach(worker, intruder, `delete from ${table} where ${foreign} returning 1`),
      );
    });

    test("an anonymous actor sees nothing but what is public", async () => {
      for (const table of tables) {
        const shared = table in sharedRows ? ` where not (${sharedRows[table]})` : "";
        const seen = await database
          .as(worker)
          .transact({ kind: "anonymous" }, [{ text: `select 1 from ${table}${shared}`, values: [] }])
          .then(([found]) => found?.length ?? 0)
          .catch((error: Error) => (error.message.startsWith("42501") ? 0 : Promise.reject(error)));
        expect(seen, table).toBe(0);
      }
    });
  });

  test("nobody writes a row in another's name", async () => {
    const insert = (userId: string, tenantId: string) =>
      transact(
        database.as("persona"),
        intruder.actor,
        rows(z.object({}))`
          insert into personas (id, tenant_id, user_id, name, description, voice, system_prompt)
          values (gen_random_uuid(), ${tenantId}::uuid, ${userId}::uuid, ${sql`'Mine now'`}, 'd', 'rachel', 'p')`,
      );
    await expect(insert(victim.actor.userId, victim.tenantId)).rejects.toThrow("42501");
    await expect(insert(intruder.actor.userId, victim.tenantId)).rejects.toThrow("42501");
    await expect(insert(intruder.actor.userId, intruder.tenantId)).resolves.toBeDefined();
  });
});

/** One row of the victim's in every table, so that an empty answer to the intruder means something. */
async function fillEveryTable(database: TestDatabase, { actor, tenantId, phone }: Person): Promise<void> {
  const person = { actor, tenantId, phone };
  const system = { kind: "system" } as const;
  const persona = await addPersona(database, person);
  const intent = await addHold(database, person, 225);
  const other = await addHold(database, person, 225);
  const own = [actor.userId, tenantId];
  await database.as("auth").transact(system, [
    {
      text: "insert into token_blacklist (jti, user_id, tenant_id, expires_at) values (gen_random_uuid(), $1, $2, now())",
      values: own,
    },
    {
      text: `insert into phone_verifications (id, user_id, tenant_id, phone, provider_sid, expires_at)
        values (gen_random_uuid(), $1, $2, '+14155550000', 'VE1', now())`,
      values: own,
    },
  ]);
  await database.as("persona").transact(system, [
    {
      text: "insert into contacts (id, user_id, tenant_id, persona_id) values (gen_random_uuid(), $1, $2, $3)",
      values: [...own, persona],
    },
    {
      text: `insert into scenario_templates (id, user_id, tenant_id, name, description, category, instructions)
        values (gen_random_uuid(), $1, $2, 'n', 'd', 'c', 'i')`,
      values: own,
    },
  ]);
  await database.as("billing").transact(system, [
    {
      text: `insert into payment_methods (id, user_id, tenant_id, brand, last4, exp_month, exp_year)
        values ('pm_victim', $1, $2, 'visa', '4242', 1, 2030)`,
      values: own,
    },
    {
      text: `insert into refunds (id, user_id, tenant_id, payment_id, cents, reason)
        select gen_random_uuid(), $1, $2, id, 1, 'r' from payments limit 1`,
      values: own,
    },
    {
      text: `insert into disputes (id, user_id, tenant_id, payment_id, cents, status, reason, created_at, as_of)
        select 'dp_victim', $1, $2, id, 1, 'won', 'r', now(), now() from payments limit 1`,
      values: own,
    },
    { text: "insert into stripe_events (id, type, payload) values ('evt_1', 't', '{}')", values: [] },
  ]);
  const call = "(select id from calls limit 1)";
  await database.as("calls").transact(system, [
    {
      text: `insert into calls (id, user_id, tenant_id, persona_id, persona, phone_number, payment_id, hold_cents,
          request_fingerprint, max_seconds)
        select gen_random_uuid(), $1, $2, $3, '{}', '+14155550000', id, 225, 'f', 300
        from payments where stripe_payment_intent_id = $4`,
      values: [...own, persona, intent],
    },
    {
      text: `insert into call_events (call_id, user_id, tenant_id, source, key, type, payload, at)
        values (${call}, $1, $2, 'mesh', 'k', 't', '{}', now())`,
      values: own,
    },
    {
      text: `insert into call_turns (call_id, seq, user_id, tenant_id, speaker, encrypted_text, started_at, ended_at, interrupted)
        values (${call}, 1, $1, $2, 'caller', 'x', now(), now(), false)`,
      values: own,
    },
    {
      text: `insert into call_recordings (call_id, user_id, tenant_id, sealed_key) values (${call}, $1, $2, 'x')`,
      values: own,
    },
    {
      text: `insert into call_recording_parts (call_id, part, user_id, tenant_id, bytes) values (${call}, 0, $1, $2, 1)`,
      values: own,
    },
    {
      text: `insert into call_replays (call_id, user_id, tenant_id, sealed_events) values (${call}, $1, $2, 'x')`,
      values: own,
    },
    {
      text: "insert into recording_erasures (call_id, user_id, tenant_id) values (gen_random_uuid(), $1, $2)",
      values: own,
    },
    {
      text: `insert into scheduled_calls (id, user_id, tenant_id, persona_id, persona_name, phone_number, scheduled_time,
          payment_id, hold_cents, request_fingerprint)
        select gen_random_uuid(), $1, $2, $3, 'n', '+14155550000', now(), id, 225, 'f'
        from payments where stripe_payment_intent_id = '${other}'`,
      values: [...own, persona],
    },
    {
      text: "insert into suppressions (phone_number, user_id, tenant_id, source) values ('+14155550000', $1, $2, 'admin')",
      values: own,
    },
    {
      text: `insert into gate_refusals (id, user_id, tenant_id, phone_number, reasons, facts)
        values (gen_random_uuid(), $1, $2, '+14155550000', '{suppressed}', '{}')`,
      values: own,
    },
    {
      text: `insert into outbox (id, user_id, tenant_id, kind, call_id) values (gen_random_uuid(), $1, $2, 'settle', ${call})`,
      values: own,
    },
  ]);
}
