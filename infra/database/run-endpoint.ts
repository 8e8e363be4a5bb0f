// The life of the endpoint's process: reads the environment, starts, says `ready <url>`, and stops on a signal or,
// when a parent started it over IPC, with that parent. A start that is refused says why in one log line and exits 1.
import { readConfig } from "./config.ts";
import { logEvent } from "./log.ts";
import { startSqlEndpoint } from "./sql-endpoint.ts";

export function runEndpoint(env: Readonly<Record<string, string | undefined>>, migrationsDir: string): void {
  start(env, migrationsDir).catch(refuse);
}

async function start(
  env: Readonly<Record<string, string | undefined>>,
  migrationsDir: string,
): Promise<void> {
  const asked = new Promise<void>((stop) => {
    for (const event of ["SIGTERM", "SIGINT", "disconnect"]) process.on(event, () => stop());
  });
  const endpoint = await startSqlEndpoint({ ...readConfig(env), migrationsDir });
  if (endpoint.migrated.length > 0) logEvent("sql.migrated", { files: endpoint.migrated.join(" ") });
  process.stdout.write(`ready ${endpoint.url}\n`);
  await asked;
  await endpoint.close();
  process.exit(0);
}

function refuse(error: unknown): void {
  logEvent("sql.stopped", { error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
