// The SQL endpoint: Neon's HTTP protocol on loopback over whichever body of the database the configuration names.
// It knows one user, the application's login role, and decides nothing about the SQL: the roles and row security do.
// Known limit of the embedded body: it has no signals, so the statement time-out holds on a PostgreSQL server only.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { applicationRole, type Database, type StatementResult } from "./database.ts";
import { authenticate, parseSqlRequest } from "./neon-request.ts";
import { errorAnswer, resultAnswer } from "./neon-response.ts";
import { openDirectoryDatabase, openMemoryDatabase } from "./pglite-database.ts";
import { openPostgresDatabase } from "./postgres-database.ts";
import { loadSnapshot } from "./snapshot.ts";
import { SqlError } from "./sql-error.ts";

export interface SqlEndpointConfig {
  /** 0: any free port. */
  readonly port: number;
  /** A PostgreSQL ≥ 15, as the owner of the tables. Unset: the embedded PGlite. */
  readonly databaseUrl?: string;
  /** Where PGlite keeps its data (in `postgres/` below it); "memory" starts from a snapshot and is gone at the end. */
  readonly dataDir?: string;
  /** The application role's password towards this endpoint, and on a server its password there too. */
  readonly sqlPassword: string;
  readonly migrationsDir: string;
  /** Requests that run or wait at once; the next one is told so instead of waiting without end. 512 unless told. */
  readonly maxInFlight?: number;
}

export interface SqlEndpoint {
  /** `http://host:port`; the driver's `fetchEndpoint` is `/sql` below it. */
  readonly url: string;
  readonly connectionString: string;
  /** The migrations that this start applied. */
  readonly migrated: readonly string[];
  /** One statement as the owner of the tables, for tests and seeding; row security binds it too. */
  ownerQuery(
    query: string,
    params?: readonly (string | null)[],
  ): Promise<readonly Record<string, string | null>[]>;
  close(): Promise<void>;
}

interface Load {
  readonly maxInFlight: number;
  inFlight: number;
  /** Round trips asked for since the start. */
  transactions: number;
}

const host = "127.0.0.1";
const maxBodyBytes = 8 * 1024 * 1024;

/** Opens and migrates the database, then listens. @throws MigrationError; Error that says what to do */
export async function startSqlEndpoint(config: SqlEndpointConfig): Promise<SqlEndpoint> {
  const { maxInFlight = 512 } = config;
  const database = await openDatabase(config);
  const load: Load = { maxInFlight, inFlight: 0, transactions: 0 };
  const server = createServer((request, response) => {
    load.inFlight += 1;
    response.on("close", () => {
      load.inFlight -= 1;
    });
    answer(request, database, config.sqlPassword, load)
      .catch(errorAnswer)
      .then(({ status, body }) => send(response, status, body));
  });
  let port: number;
  try {
    port = await listen(server, config.port);
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    url: `http://${host}:${port}`,
    connectionString: `postgresql://${applicationRole}:${encodeURIComponent(config.sqlPassword)}@${host}:${port}/callmeback`,
    migrated: database.migrated,
    ownerQuery: async (query, params = []) => rowObjects(await database.asOwner({ query, params })),
    close: async () => {
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeIdleConnections();
      });
      await database.close();
    },
  };
}

async function openDatabase(config: SqlEndpointConfig): Promise<Database> {
  const { databaseUrl, dataDir = ".data", migrationsDir, sqlPassword } = config;
  if (databaseUrl !== undefined) return openPostgresDatabase({ databaseUrl, migrationsDir, sqlPassword });
  if (dataDir !== "memory") return openDirectoryDatabase(migrationsDir, join(dataDir, "postgres"));
  return openMemoryDatabase(migrationsDir, await loadSnapshot(migrationsDir));
}

async function answer(
  request: IncomingMessage,
  database: Database,
  password: string,
  load: Load,
): Promise<{ status: number; body: unknown }> {
  if (request.method === "GET" && request.url === "/health") {
    await database.transact([{ query: "select 1", params: [] }]);
    return { status: 200, body: { status: "ok", database: database.body, transactions: load.transactions } };
  }
  if (request.method !== "POST" || request.url !== "/sql") {
    return { status: 404, body: { message: "Only POST /sql and GET /health are here" } };
  }
  load.transactions += 1;
  if (load.inFlight > load.maxInFlight)
    throw new SqlError("too many requests are waiting for the database", {
      severity: "FATAL",
      code: "53300",
    });
  authenticate(request.headers, password);
  const body = await readBody(request);
  if (body === undefined)
    return { status: 413, body: { message: `the request is larger than ${maxBodyBytes} bytes` } };
  const { statements, batch } = parseSqlRequest(request.headers, body);
  return {
    status: 200,
    body: resultAnswer(await database.transact(statements, batch), statements, batch !== undefined),
  };
}

/** The body as text, or nothing when it is too large; the rest is read and dropped so that the answer arrives. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  return size <= maxBodyBytes ? Buffer.concat(chunks).toString("utf8") : undefined;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** The port that it listens on. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(port, host, () => {
      server.off("error", fail);
      const address = server.address();
      done(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function rowObjects({ fields, rows }: StatementResult): Record<string, string | null>[] {
  return rows.map((row) => Object.fromEntries(fields.map(({ name }, column) => [name, row[column] ?? null])));
}
