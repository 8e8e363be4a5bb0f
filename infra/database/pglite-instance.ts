// Makes a PGlite instance that is ready to serve: the owner of the tables exists and the migrations are applied.
// PGlite's one session is a superuser, whom no row security binds. So the migrations run as an owner made for it,
// and tables and `security definer` functions belong to a role that row security binds, as on a server.
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { migrate, type Run } from "./migrate.ts";

export const ownerRole = "callmeback_owner";

export interface Migrated {
  readonly db: PGlite;
  /** The files that this start applied. */
  readonly migrated: readonly string[];
}

const createOwner = `
  do $$ begin
    if not exists (select from pg_roles where rolname = '${ownerRole}') then
      create role ${ownerRole} nologin createrole createdb;
      execute format('alter database %I owner to ${ownerRole}', current_database());
    end if;
  end $$`;

/** In memory, from a dump if there is one. @throws MigrationError */
export async function openInMemory(migrationsDir: string, snapshot?: Blob): Promise<Migrated> {
  return bringUpToDate(new PGlite(snapshot === undefined ? {} : { loadDataDir: snapshot }), migrationsDir);
}

/**
 * In a directory that is kept. A start that was killed while it created the cluster leaves one that cannot be
 * opened, and nothing of anybody's in it: it is known by its mark and made again. @throws MigrationError
 */
export async function openDirectory(migrationsDir: string, dataDir: string): Promise<Migrated> {
  const unfinished = `${dataDir}.unfinished`;
  if (existsSync(unfinished)) await rm(dataDir, { recursive: true, force: true });
  if (!existsSync(join(dataDir, "PG_VERSION"))) await writeFile(unfinished, "");
  const opened = await bringUpToDate(new PGlite({ dataDir }), migrationsDir);
  await rm(unfinished, { force: true });
  return opened;
}

async function bringUpToDate(db: PGlite, migrationsDir: string): Promise<Migrated> {
  const run: Run = async (sql, params) =>
    params === undefined
      ? ((await db.exec(sql)).at(-1)?.rows ?? [])
      : (await db.query<Record<string, unknown>>(sql, [...params])).rows;
  try {
    await db.waitReady;
    await db.exec(createOwner);
    await db.exec(`set session authorization ${ownerRole}`);
    const migrated = await migrate(run, migrationsDir);
    await db.exec("discard all");
    return { db, migrated };
  } catch (error) {
    // The error to report is the first one; a database that failed to start may fail to close as well.
    await db.close().catch(() => undefined);
    throw error;
  }
}
