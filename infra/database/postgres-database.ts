// The server body of the database: any PostgreSQL from 15 on. Migrations run as the owner that DATABASE_URL names;
// then the login role gets its password and the serving pool logs in AS it, so that the application cannot be the owner.
import pg from "pg";
import {
  applicationRole,
  type BatchOptions,
  beginStatement,
  type Database,
  type Field,
  type Statement,
  type StatementResult,
} from "./database.ts";
import { logEvent } from "./log.ts";
import { connectOwner, prepareServer } from "./prepare-server.ts";
import { refuseSessionControl } from "./session-guard.ts";
import { SqlError, UnavailableError } from "./sql-error.ts";

export interface PostgresConfig {
  readonly databaseUrl: string;
  readonly migrationsDir: string;
  readonly sqlPassword: string;
  readonly statementTimeoutMs?: number;
}

const poolSize = 20;
const defaultStatementTimeoutMs = 15_000;

/** Migrates and serves. @throws MigrationError; Error for a server that is too old or cannot be reached */
export async function openPostgresDatabase(config: PostgresConfig): Promise<Database> {
  const { statementTimeoutMs = defaultStatementTimeoutMs } = config;
  const { place, migrated } = await prepareServer(config);
  const pool = new pg.Pool({
    ...place,
    user: applicationRole,
    password: config.sqlPassword,
    max: poolSize,
    application_name: "callmeback-sql",
    connectionTimeoutMillis: 10_000,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    // For a network that swallows the answer: later than the server's own time-out, which has a code.
    query_timeout: statementTimeoutMs + 5_000,
  });
  // An idle connection that dies is replaced at the next request; without a listener it would end the process.
  pool.on("error", (error) => {
    if (!pool.ending) logEvent("sql.connection-lost", { error: error.message });
  });
  pool.on("connect", (client) => client.on("error", () => undefined));
  await check(pool);
  return {
    body: "postgres",
    migrated,
    async transact(statements, batch) {
      for (const { query } of statements) refuseSessionControl(query);
      return withClient(pool, (client) =>
        batch === undefined ? runAll(client, statements) : runBatch(client, statements, batch),
      );
    },
    asOwner: (statement) => asOwner(config.databaseUrl, statement),
    close: () => pool.end(),
  };
}

/** The pool's first log-in, at start rather than at the first request. */
async function check(pool: pg.Pool): Promise<void> {
  try {
    await withClient(pool, (client) => runAll(client, [{ query: "select 1", params: [] }]));
  } catch (cause) {
    await pool.end();
    throw new Error(
      `The database does not let ${applicationRole} log in with SQL_PASSWORD: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
}

async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw failure(error);
  });
  try {
    const result = await work(client);
    restore(client);
    return result;
  } catch (error) {
    const reason = failure(error);
    if (reason instanceof SqlError && reason.fields.severity !== "FATAL") restore(client);
    else client.release(true);
    throw reason;
  }
}

/** Forgets what a request set, after it was answered, so that the next one on this connection sees none of it. */
function restore(client: pg.PoolClient): void {
  client.query("discard all").then(
    () => client.release(),
    () => client.release(true),
  );
}

async function runBatch(
  client: pg.PoolClient,
  statements: readonly Statement[],
  batch: BatchOptions,
): Promise<readonly StatementResult[]> {
  await client.query(beginStatement(batch));
  try {
    const results = await runAll(client, statements);
    await client.query("commit");
    return results;
  } catch (error) {
    // Refused only by a connection that is gone, which is then not used again: the first error tells so.
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}

async function runAll(
  client: pg.ClientBase,
  statements: readonly Statement[],
): Promise<readonly StatementResult[]> {
  const results: StatementResult[] = [];
  for (const statement of statements) results.push(await runOne(client, statement));
  return results;
}

/** @types/pg does not know `queryMode`, which `pg` itself documents. */
interface ExtendedQuery extends pg.QueryArrayConfig {
  readonly queryMode: "extended";
}

async function runOne(client: pg.ClientBase, { query, params }: Statement): Promise<StatementResult> {
  const asText: ExtendedQuery = {
    text: query,
    values: [...params],
    rowMode: "array",
    // One statement a message, whether it has parameters or not.
    queryMode: "extended",
    types: { getTypeParser: () => (text: string) => text },
  };
  const { command, rowCount, fields, rows } = await client.query<(string | null)[]>(asText);
  return { command: command ?? "", rowCount, rows, fields: fields.map(fieldOf) };
}

function fieldOf(field: Field): Field {
  const { name, dataTypeID, tableID, columnID, dataTypeSize, dataTypeModifier } = field;
  return { name, dataTypeID, tableID, columnID, dataTypeSize, dataTypeModifier };
}

async function asOwner(databaseUrl: string, statement: Statement): Promise<StatementResult> {
  const client = await connectOwner(databaseUrl);
  try {
    return await runOne(client, statement);
  } catch (error) {
    throw failure(error);
  } finally {
    await client.end();
  }
}

function failure(error: unknown): SqlError | UnavailableError {
  if (error instanceof SqlError) return error;
  if (error instanceof pg.DatabaseError) return SqlError.from(error);
  return new UnavailableError("The database cannot be reached", { cause: error });
}
