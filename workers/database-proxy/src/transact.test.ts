import { fileURLToPath } from "node:url";
import { anonymous, system } from "@callmeback/shared/rpc/context";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SqlEndpoint, startSqlEndpoint } from "../../../infra/database/sql-endpoint.ts";
import { type DatabaseConfig, runTransaction } from "./transact.ts";
import { workerRole } from "./worker-role.ts";

let endpoint: SqlEndpoint;
let config: DatabaseConfig;

beforeAll(async () => {
  endpoint = await startSqlEndpoint({
    port: 0,
    dataDir: "memory",
    sqlPassword: "a-password-for-tests",
    migrationsDir: fileURLToPath(new URL("../../../infra/database/migrations", import.meta.url)),
  });
  config = { databaseUrl: endpoint.connectionString, endpointUrl: `${endpoint.url}/sql` };
});

afterAll(() => endpoint.close());

const one = (text: string, values: (string | number | null)[] = []) => [{ text, values }];

test("statements run under the role of the Worker that asks", async () => {
  const result = await runTransaction(
    config,
    workerRole("persona"),
    anonymous,
    one("select current_user as role"),
  );
  expect(result).toEqual([[{ role: "callmeback_persona" }]]);
});

test("times come as ISO 8601 UTC, counts as numbers, jsonb parsed", async () => {
  const text = `select timestamptz '2026-01-31 15:00:00.5+02' as time, count(*) as many, '{"a":1}'::jsonb as facts`;
  const [rows] = await runTransaction(config, workerRole("auth"), anonymous, one(text));
  expect(rows).toEqual([{ time: "2026-01-31T13:00:00.500Z", many: 1, facts: { a: 1 } }]);
});

test("a failure raised in SQL keeps its code", async () => {
  const work = runTransaction(
    config,
    workerRole("auth"),
    system,
    one("select app.fail('NOT_FOUND', 'No: none.')"),
  );
  await expect(work).rejects.toMatchObject({ code: "NOT_FOUND", message: "No: none." });
});

test("a token of nobody is refused before the work", async () => {
  const actor = {
    kind: "user",
    userId: crypto.randomUUID(),
    tokenId: crypto.randomUUID(),
    issuedAt: 1,
    expiresAt: 2,
  };
  const work = runTransaction(config, workerRole("auth"), { ...actor, kind: "user" }, one("select 1"));
  await expect(work).rejects.toMatchObject({ code: "INVALID_TOKEN" });
});

test("a broken constraint is named, and nothing of the transaction stays", async () => {
  const add = "insert into tenants (id, kind, name) values ($1, 'personal', 'x')";
  const id = "01990000-0000-7000-8000-0000000000ff";
  const work = runTransaction(config, workerRole("auth"), system, [...one(add, [id]), ...one(add, [id])]);
  await expect(work).rejects.toMatchObject({ constraint: "tenants_pkey" });
  const count = one("select count(*) as many from tenants where id = $1", [id]);
  expect(await runTransaction(config, workerRole("auth"), system, count)).toEqual([[{ many: 0 }]]);
});

test("a database that is away is a failure that says to try again", async () => {
  const away = { databaseUrl: endpoint.connectionString, endpointUrl: "http://127.0.0.1:1/sql" };
  const work = runTransaction(away, workerRole("auth"), system, one("select 1"));
  await expect(work).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE", retryAfter: 2 });
});

test("a Worker without a role reaches nothing", () => {
  expect(() => workerRole("toString")).toThrow("No database role");
});
