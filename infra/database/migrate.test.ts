import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { migrate, type Run } from "./migrate.ts";
import { loadSnapshot } from "./snapshot.ts";

const fixture = fileURLToPath(new URL("testing/fixture-migrations/", import.meta.url));
let db: PGlite;
let folder: string;
let schema = 0;
const run: Run = async (sql, params) =>
  params === undefined
    ? ((await db.exec(sql)).at(-1)?.rows ?? [])
    : (await db.query<Record<string, unknown>>(sql, [...params])).rows;
const write = (name: string, sql: string) => writeFile(join(folder, name), sql);
const tables = async () =>
  (await run(`select tablename from pg_tables where schemaname = 'test${schema}' order by 1`)).map(
    (row) => row.tablename,
  );

beforeAll(async () => {
  db = await PGlite.create({ loadDataDir: await loadSnapshot(fixture) });
});
afterAll(() => db.close());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "callmeback-migrations-"));
  schema += 1;
  await db.exec(`create schema test${schema}; set search_path to test${schema}`);
  await write("0001-first.sql", "create table first (id int);\ncreate table other (id int);\n");
  await write("0002-second.sql", "create table second (id int);\n");
});
afterEach(() => rm(folder, { recursive: true }));

describe("migrate", () => {
  it("applies every file once, in order, and records it with its checksum", async () => {
    expect(await migrate(run, folder)).toEqual(["0001-first.sql", "0002-second.sql"]);
    expect(await migrate(run, folder)).toEqual([]);
    await write("0003-third.sql", "create table third (id int);");
    expect(await migrate(run, folder)).toEqual(["0003-third.sql"]);
    expect(
      await run("select version, name, length(checksum) as length from schema_migrations order by version"),
    ).toEqual([
      { version: 1, name: "0001-first.sql", length: 64 },
      { version: 2, name: "0002-second.sql", length: 64 },
      { version: 3, name: "0003-third.sql", length: 64 },
    ]);
  });

  it("leaves nothing of a file that fails, keeps those before it, and says which line it was", async () => {
    await write("0002-second.sql", "create table second (id int);\n\ncreate table broken (id nonsense);\n");
    await expect(migrate(run, folder)).rejects.toMatchObject({
      code: "FAILED",
      message: expect.stringMatching(/^0002-second\.sql line 3: .*nonsense/),
    });
    expect(await tables()).toEqual(["first", "other", "schema_migrations"]);
    await write("0002-second.sql", "create table second (id int);\n");
    expect(await migrate(run, folder)).toEqual(["0002-second.sql"]);
  });

  it("refuses when an applied file was changed, but not for another system's line ends", async () => {
    await migrate(run, folder);
    await write("0001-first.sql", "create table first (id int);\r\ncreate table other (id int);\r\n");
    expect(await migrate(run, folder)).toEqual([]);
    await write("0001-first.sql", "create table first (id bigint);\n");
    await expect(migrate(run, folder)).rejects.toMatchObject({
      code: "CHANGED",
      message: expect.stringContaining("0001-first.sql"),
    });
  });

  it("refuses when an applied file is gone", async () => {
    await migrate(run, folder);
    await rm(join(folder, "0002-second.sql"));
    await expect(migrate(run, folder)).rejects.toMatchObject({
      code: "MISSING",
      message: expect.stringContaining("0002-second.sql"),
    });
  });

  it("refuses a file that comes in before one that was applied, and applies nothing then", async () => {
    await rm(join(folder, "0001-first.sql"));
    await migrate(run, folder);
    await write("0001-late.sql", "create table late (id int);");
    await write("0003-third.sql", "create table third (id int);");
    await expect(migrate(run, folder)).rejects.toMatchObject({
      code: "OUT_OF_ORDER",
      message: expect.stringContaining("0001-late.sql"),
    });
    expect(await tables()).toEqual(["schema_migrations", "second"]);
  });

  it("refuses a name without a number and a number used twice, before it touches the database", async () => {
    await write("0002-twin.sql", "");
    await expect(migrate(run, folder)).rejects.toMatchObject({ code: "BAD_NAME" });
    await rm(join(folder, "0002-twin.sql"));
    await write("stray.sql", "");
    await expect(migrate(run, folder)).rejects.toMatchObject({ code: "BAD_NAME" });
    expect(await tables()).toEqual([]);
  });
});
