// A database with so many rows, written in bulk by its owner; one person has a thousand of the calls, whatever the number.
import type { UserActor } from "@callmeback/shared/rpc/context";
import { Client } from "pg";
import { addPerson } from "../../tests/fixtures/people.ts";
import { sqlPassword, startTestDatabase, type TestDatabase } from "../../tests/fixtures/test-database.ts";

export interface Sizes {
  calls: number;
  personas: number;
}

export interface Filled {
  database: TestDatabase;
  /** A connection as the application's login role. */
  application: Client;
  person: UserActor;
  close(): Promise<void>;
}

/** How many calls each person has. */
const callsEach = 1_000;

export async function fill(url: string, sizes: Sizes): Promise<Filled> {
  const database = await startTestDatabase(url);
  const { actor } = await addPerson(database);
  const owner = new Client({ connectionString: url });
  await owner.connect();
  const people = Math.max(1, Math.round(sizes.calls / callsEach));
  await owner.query("select set_config('app.actor', 'system', false)");
  // What triggers check and count is true here by construction, and is counted once below.
  for (const table of ["calls", "personas"]) await owner.query(`alter table ${table} disable trigger user`);
  await owner.query(
    `insert into tenants (id, kind, name) select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'personal', 'Bench'
     from generate_series(2, $1::int) n`,
    [people],
  );
  await owner.query(
    `insert into users (id, tenant_id, email, name, phone, password_hash)
     select t.id, t.id, t.id || '@example.com', 'Bench', '+1415' || lpad((1000000 + row_number() over ())::text, 7, '0'), 'x'
     from tenants t where t.name = 'Bench'`,
  );
  await owner.query(
    `insert into personas (id, tenant_id, user_id, name, description, voice, system_prompt, is_public, tags, created_at)
     select gen_random_uuid(), u.tenant_id, u.id, 'Friend ' || n, 'A friend with the number ' || n, 'rachel', 'You are a friend.', true,
       array['friendly', 'tag' || n], now() - make_interval(secs => n)
     from generate_series(1, $1::int) n, (select id, tenant_id from users where id = $2) u`,
    [sizes.personas, actor.userId],
  );
  await owner.query(
    `insert into public_personas select id, user_id, created_at, lower(name), search_text, app.grams(search_text), tags
     from personas where is_public on conflict do nothing`,
  );
  await owner.query(
    "update persona_counts set total = (select count(*) from personas where is_public) where user_id is null",
  );
  await owner.query(
    `create temp table made as
     select gen_random_uuid() as payment, gen_random_uuid() as call, u.id as user_id, u.tenant_id,
       now() - make_interval(secs => n * 60 + ordinal) as at, (n * 7 % 500)::int as cents
     from (select id, tenant_id, row_number() over (order by id = $1 desc, id) as ordinal from users) u,
       generate_series(1, ${callsEach}) n
     where u.ordinal <= $2::int`,
    [actor.userId, people],
  );
  await owner.query(
    `insert into payments (id, tenant_id, user_id, stripe_payment_intent_id, payment_method_id, amount_cents, state, capture_cents, created_at)
     select payment, tenant_id, user_id, 'pi_' || payment, 'pm_x', 825, 'captured', cents, at from made`,
  );
  await owner.query(
    `insert into calls (id, tenant_id, user_id, persona, phone_number, status, end_reason, fault, payment_id, hold_cents,
       request_fingerprint, max_seconds, created_at, answered_at, ended_at, duration_seconds, cost_cents)
     select call, tenant_id, user_id, '{"name": "Friend"}', '+14155550000', 'completed', 'caller_hangup', 'none', payment, 825,
       'f', 600, at, at, at, 60, cents from made`,
  );
  for (const table of ["calls", "personas"]) await owner.query(`alter table ${table} enable trigger user`);
  // As autovacuum leaves a table that was written some time ago.
  await owner.query("vacuum (analyze)");
  await owner.end();
  const address = new URL(url);
  address.username = "callmeback_proxy";
  address.password = sqlPassword;
  const application = new Client({ connectionString: address.href });
  await application.connect();
  return {
    database,
    application,
    person: actor,
    close: async () => {
      await application.end();
      await database.close();
    },
  };
}
