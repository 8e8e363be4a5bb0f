// The SQL endpoint as a process. Reads the environment, starts, says `ready <url>`, stops on a signal or with its parent.
import { fileURLToPath } from "node:url";
import { readConfig } from "./config.ts";
import { logEvent } from "./log.ts";
import { startSqlEndpoint } from "./sql-endpoint.ts";

const migrationsDir = fileURLToPath(new URL("migrations/", import.meta.url));

async function main(): Promise<void> {
  const endpoint = await startSqlEndpoint({ ...readConfig(process.env), migrationsDir });
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await endpoint.close();
    process.exit(0);
  };
  const stopOrFail = () => void stop().catch(refuse);
  process.on("SIGTERM", stopOrFail).on("SIGINT", stopOrFail).on("disconnect", stopOrFail);
  process.stdout.write(`ready ${endpoint.url}\n`);
}

function refuse(error: unknown): void {
  logEvent("sql.start-refused", { error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}

main().catch(refuse);
