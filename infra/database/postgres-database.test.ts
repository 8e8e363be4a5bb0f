// What only a server can show: two starters, lost connections, time-outs, and transactions that really run at once.
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { openPostgresDatabase } from "./postgres-database.ts";
import { type PostgresServer, startPostgres } from "./postgres-server.ts";

const fixture = fileURLToPath(new URL("testing/fixture-migrations/", import.meta.url));
const sqlPassword = "the login role's password";
let server: PostgresServer;
let superuser: pg.Client;
let databaseUrl: string;
let databases = 0;

beforeAll(async () => {
  server = await startPostgres();
  superuser = new pg.Client({ connectionString: server.superuserUrl });
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await server.close();
});

beforeEach(async () => {
  databases += 1;
  await superuser.query(`create database fresh${databases} owner callmeback_owner`);
  databaseUrl = server.url.replace(/\/callmeback$/, `/fresh${databases}`);
});

const open = (changes: Partial<Parameters<typeof openPostgresDatabase>[0]> = {}) =>
  openPostgresDatabase({ databaseUrl, migrationsDir: fixture, sqlPassword, ...changes });
const statement = (query: string) => ({ query, params: [] });

it("applies each file once when several start at the same time", async () => {
  const started = await Promise.all([open(), open(), open()]);
  expect(started.flatMap(({ migrated }) => migrated).sort()).toEqual(["0001-roles.sql", "0002-notes.sql"]);
  const [first] = started;
  expect((await first?.asOwner(statement("select count(*) from schema_migrations")))?.rows).toEqual([["2"]]);
  for (const database of started) {
    expect((await database.transact([statement("select 1")]))[0]?.rows).toEqual([["1"]]);
  }
  await Promise.all(started.map((database) => database.close()));
});

it("refuses to start when a migration that was applied has changed", async () => {
  await (await open()).close();
  const folder = await mkdtemp(join(tmpdir(), "callmeback-migrations-"));
  await cp(fixture, folder, { recursive: true });
  await writeFile(join(folder, "0002-notes.sql"), "select 1;");
  await expect(open({ migrationsDir: folder })).rejects.toMatchObject({ code: "CHANGED" });
  await rm(folder, { recursive: true });
});

it("takes a new password for the login role at the next start", async () => {
  await (await open()).close();
  const database = await open({ sqlPassword: "it's \\ another one" });
  expect((await database.transact([statement("select session_user::text")]))[0]?.rows).toEqual([
    ["callmeback_proxy"],
  ]);
  await database.close();
});

it("serves again after the server dropped every connection", async () => {
  const database = await open();
  const pid = async () => (await database.transact([statement("select pg_backend_pid()")]))[0]?.rows[0]?.[0];
  const before = await pid();
  await superuser.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'callmeback_proxy'",
  );
  await vi.waitFor(async () => expect(await pid()).not.toBe(before), { timeout: 5_000, interval: 20 });
  await database.close();
});

it("ends a statement that takes too long, and tells so", async () => {
  const database = await open({ statementTimeoutMs: 100 });
  await expect(database.transact([statement("select pg_sleep(30)")])).rejects.toMatchObject({
    fields: { code: "57014" },
  });
  expect((await database.transact([statement("select 1")]))[0]?.rows).toEqual([["1"]]);
  await database.close();
});

it("runs batches at once, so that two serializable ones that cross cannot both commit", async () => {
  const database = await open();
  const cross = (id: number) =>
    database.transact(
      [
        statement("set local role callmeback_reader"),
        statement("set local app.person = 'ada'"),
        statement("select count(*) from notes"),
        statement("select pg_sleep(0.2)"),
        statement(`insert into notes values (${id}, 'ada', 'x')`),
      ],
      { isolationLevel: "Serializable", readOnly: false, deferrable: false },
    );
  const outcomes = await Promise.allSettled([cross(1), cross(2)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({
    reason: { fields: { code: "40001" } },
  });
  await database.close();
});

it("says what is wrong with an address that leads nowhere", async () => {
  await expect(open({ databaseUrl: "postgresql://x:y@127.0.0.1:1/z" })).rejects.toThrow(
    /DATABASE_URL.*ECONNREFUSED/,
  );
});
