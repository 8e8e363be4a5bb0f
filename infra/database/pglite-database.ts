// The embedded body of the database: PostgreSQL compiled to WebAssembly, one session, in this process. Requests take
// turns; each is one message to PostgreSQL, in a transaction, as the application's login role, as on a server.
// Not a border against hostile SQL: a `do` block could take the superuser back. Only our own Workers hold the password.
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import { lockDataDir } from "./data-dir-lock.ts";
import {
  applicationRole,
  beginStatement,
  type Database,
  type Statement,
  type StatementResult,
} from "./database.ts";
import { decodeResults, encodeStatements } from "./extended-protocol.ts";
import { type Migrated, openDirectory, openInMemory, ownerRole } from "./pglite-instance.ts";
import { refuseSessionControl } from "./session-guard.ts";
import { SqlError, UnavailableError } from "./sql-error.ts";

/** A database that is gone with the process. @throws MigrationError */
export async function openMemoryDatabase(migrationsDir: string, snapshot?: Blob): Promise<Database> {
  return serve(await openInMemory(migrationsDir, snapshot), () => undefined);
}

/** A database kept in `dataDir`. @throws MigrationError; Error that says which process holds the directory */
export async function openDirectoryDatabase(migrationsDir: string, dataDir: string): Promise<Database> {
  await mkdir(dirname(dataDir), { recursive: true });
  const lock = lockDataDir(dataDir);
  try {
    return serve(await openDirectory(migrationsDir, dataDir), () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

function serve({ db, migrated }: Migrated, release: () => void): Database {
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };
  return {
    body: "pglite",
    migrated,
    async transact(statements, batch) {
      for (const { query } of statements) refuseSessionControl(query);
      return inTurn(() => transactAs(db, applicationRole, beginStatement(batch), statements));
    },
    async asOwner(statement) {
      const [result] = await inTurn(() => transactAs(db, ownerRole, "begin", [statement]));
      if (result === undefined) throw new UnavailableError("The embedded database gave no result");
      return result;
    },
    async close() {
      await inTurn(() => db.close());
      release();
    },
  };
}

async function transactAs(
  db: PGlite,
  role: string,
  begin: string,
  statements: readonly Statement[],
): Promise<readonly StatementResult[]> {
  const before = [
    { query: `set session authorization ${role}`, params: [] },
    { query: begin, params: [] },
  ];
  const all = [...before, ...statements, { query: "commit", params: [] }];
  try {
    const { messages } = await db.execProtocol(encodeStatements(all), { throwOnError: false });
    return decodeResults(messages).slice(before.length, -1);
  } catch (error) {
    if (error instanceof SqlError) throw error;
    throw new UnavailableError("The embedded database broke off; start it again", { cause: error });
  } finally {
    // Roll back what an error left open, and forget settings, so that no request sees the one before it.
    if (db.isInTransaction()) await db.exec("rollback");
    await db.exec("discard all");
  }
}
