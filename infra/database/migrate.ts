// Brings a database up to the migrations of a folder: each file once, in order, in a transaction of its own.
// The advisory lock is the transaction's (not the session's): it cannot outlive a crash and survives a pooler,
// so two starters at once apply each file once. It never edits history: what was applied must still be there, unchanged.
import { MigrationError } from "./migration-error.ts";
import { type MigrationFile, readMigrationFiles } from "./migration-files.ts";

/**
 * Runs SQL in one session and gives the rows of the last statement.
 * Without `params` the text may hold several statements.
 */
export type Run = (sql: string, params?: readonly string[]) => Promise<readonly Record<string, unknown>[]>;

/** The advisory lock of whoever prepares a database: any constant will do, as long as it is the same one. */
export const preparationLock = "4026531840";

const createLedger = `
  create table if not exists schema_migrations (
    version integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
  )`;

/**
 * Applies what is missing and returns the names of the files that this call applied.
 * `run` must speak to one session: each file is `begin … commit` there.
 * @throws MigrationError `CHANGED`, `MISSING`, `OUT_OF_ORDER`, `BAD_NAME` or `FAILED` (the cause is the database's error)
 */
export async function migrate(run: Run, folder: string): Promise<readonly string[]> {
  const files = await readMigrationFiles(folder);
  await inLockedTransaction(run, () => run(createLedger));
  const applied: string[] = [];
  for (;;) {
    const name = await inLockedTransaction(run, () => applyNext(run, files));
    if (name === undefined) return applied;
    applied.push(name);
  }
}

async function applyNext(run: Run, files: readonly MigrationFile[]): Promise<string | undefined> {
  const next = nextFile(
    files,
    await run("select version, name, checksum from schema_migrations order by version"),
  );
  if (next === undefined) return undefined;
  try {
    await run(next.sql);
  } catch (cause) {
    throw new MigrationError("FAILED", `${next.name}${lineOf(cause, next.sql)}: ${messageOf(cause)}`, cause);
  }
  await run("insert into schema_migrations (version, name, checksum) values ($1, $2, $3)", [
    String(next.version),
    next.name,
    next.checksum,
  ]);
  return next.name;
}

/** The first file that is not applied yet, after checking that history and folder agree. */
function nextFile(
  files: readonly MigrationFile[],
  ledger: readonly Record<string, unknown>[],
): MigrationFile | undefined {
  const byVersion = new Map(files.map((file) => [file.version, file]));
  let last = 0;
  for (const row of ledger) {
    const version = Number(row.version);
    const file = byVersion.get(version);
    if (file === undefined) {
      throw new MigrationError("MISSING", `${row.name} was applied to this database, but its file is gone`);
    }
    if (file.checksum !== row.checksum) {
      throw new MigrationError(
        "CHANGED",
        `${file.name} was changed after it was applied to this database: put it back and write a new migration`,
      );
    }
    byVersion.delete(version);
    last = version;
  }
  const next = files.find((file) => byVersion.has(file.version));
  if (next !== undefined && next.version < last) {
    throw new MigrationError(
      "OUT_OF_ORDER",
      `${next.name} appeared after number ${last} was applied: give it a higher number`,
    );
  }
  return next;
}

async function inLockedTransaction<T>(run: Run, work: () => Promise<T>): Promise<T> {
  await run("begin");
  try {
    await run(`select pg_advisory_xact_lock(${preparationLock})`);
    const result = await work();
    await run("commit");
    return result;
  } catch (error) {
    // The first error is the one to report; a connection that is gone cannot roll back and need not.
    await run("rollback").catch(() => undefined);
    throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** ` line N` when the database said where in the text it stopped. */
function lineOf(error: unknown, sql: string): string {
  if (!(error instanceof Error) || !("position" in error)) return "";
  const position = Number(error.position);
  return Number.isInteger(position) && position > 0
    ? ` line ${sql.slice(0, position).split("\n").length}`
    : "";
}
