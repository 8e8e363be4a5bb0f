// Makes a PostgreSQL server ready to serve, as the owner that DATABASE_URL names: version, migrations, and the
// password of the application's login role. It keeps no connection; the owner's address is not used to serve.
import pg from "pg";
import { applicationRole } from "./database.ts";
import { migrate, preparationLock } from "./migrate.ts";

/** Where the server is, without saying who asks. */
export type ServerPlace = Required<Pick<pg.ClientConfig, "host" | "port" | "ssl">> & {
  readonly database: string;
};

const oldest = { number: 150_000, name: "15" } as const;

/** @throws MigrationError; Error for a server that is too old, cannot be reached or refuses the role's password */
export async function prepareServer(config: {
  readonly databaseUrl: string;
  readonly migrationsDir: string;
  readonly sqlPassword: string;
}): Promise<{ place: ServerPlace; migrated: readonly string[] }> {
  const owner = await connectOwner(config.databaseUrl);
  try {
    await requireVersion(owner);
    const migrated = await migrate(
      async (sql, params) => rowsOf(await owner.query(sql, params && [...params])),
      config.migrationsDir,
    );
    await givePassword(owner, config.sqlPassword);
    // `ssl` holds whatever the address asked for; @types/pg narrows it to a boolean.
    const { host, port, ssl, database = "" } = owner;
    return { place: { host, port, ssl, database }, migrated };
  } finally {
    await owner.end();
  }
}

/** A connection as the owner. @throws Error that says what to look at */
export async function connectOwner(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  // A connection that dies between two statements must not end the process; the next statement reports it.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (cause) {
    throw new Error(`Cannot connect to the PostgreSQL server of DATABASE_URL: ${messageOf(cause)}`, {
      cause,
    });
  }
}

async function requireVersion(client: pg.Client): Promise<void> {
  const [row] = (
    await client.query<{ number: string; name: string }>(
      "select current_setting('server_version_num') as number, current_setting('server_version') as name",
    )
  ).rows;
  if (row === undefined || Number(row.number) < oldest.number) {
    throw new Error(`DATABASE_URL is a PostgreSQL ${row?.name ?? "?"}; at least ${oldest.name} is needed`);
  }
}

/**
 * Lets the login role in with SQL_PASSWORD. Under a lock, since two starters at once would collide on the role's row.
 * `alter role` takes no parameter; and the server wants the plain text, since hosted ones refuse a ready-made verifier.
 */
async function givePassword(client: pg.Client, password: string): Promise<void> {
  await client.query("begin");
  try {
    await client.query(`select pg_advisory_xact_lock(${preparationLock})`);
    await client.query(`alter role ${applicationRole} login password ${client.escapeLiteral(password)}`);
    await client.query("commit");
  } catch (cause) {
    await client.query("rollback");
    throw new Error(
      `The owner in DATABASE_URL may not give ${applicationRole} a password (${messageOf(cause)}). ` +
        "It needs CREATEROLE, and to have created that role itself or to administer it.",
      { cause },
    );
  }
}

function rowsOf(result: pg.QueryResult | pg.QueryResult[]): readonly Record<string, unknown>[] {
  const last = Array.isArray(result) ? result.at(-1) : result;
  return last?.rows ?? [];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
