// The endpoint's environment variables, named and checked: a wrong one is refused with what to do about it.
import type { SqlEndpointConfig } from "./sql-endpoint.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error that names the variable */
export function readConfig(env: Environment): Omit<SqlEndpointConfig, "migrationsDir"> {
  const databaseUrl = env.DATABASE_URL || undefined;
  if (databaseUrl !== undefined && !/^postgres(?:ql)?:\/\//.test(databaseUrl)) {
    throw new Error(
      "DATABASE_URL must be a postgresql:// address; leave it unset to use the embedded database",
    );
  }
  const sqlPassword = env.SQL_PASSWORD ?? "";
  if (sqlPassword.length < 12) {
    throw new Error(
      "SQL_PASSWORD must be set to at least 12 characters, the same as in database-proxy's DATABASE_URL",
    );
  }
  return {
    port: readPort(env.SQL_PORT || "8791"),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    dataDir: env.DATA_DIR || ".data",
    sqlPassword,
  };
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new Error("SQL_PORT must be a port from 0 to 65535, 0 meaning any free one");
  return port;
}
