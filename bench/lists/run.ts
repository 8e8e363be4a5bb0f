// Do lists stay flat? The SQL of each list route, as the Workers send it, on a PostgreSQL with a thousand rows and on one
// with a million calls and a hundred thousand personas; the same page for the same person.
import { startPostgres } from "../../infra/database/postgres-server.ts";
import { type Filled, fill, type Sizes } from "./fill.ts";
import { measure } from "./measure.ts";

const small: Sizes = { calls: 1_000, personas: 1_000 };
const large: Sizes = { calls: 1_000_000, personas: 100_000 };

export async function run(): Promise<void> {
  await using servers = await filledServers([small, large]);
  process.stdout.write("\nSQL of a list                          p50 small   p50 large   ratio\n");
  for (const { name, p50Ms } of await measure(servers.filled)) {
    const [before = Number.NaN, after = Number.NaN] = p50Ms;
    const cells = [
      `${before.toFixed(2)} ms`.padStart(11),
      `${after.toFixed(2)} ms`.padStart(11),
      (after / before).toFixed(2).padStart(7),
    ];
    process.stdout.write(`${name.padEnd(37)}${cells.join(" ")}\n`);
  }
}

async function filledServers(sizes: readonly Sizes[]) {
  const opened = new AsyncDisposableStack();
  const filled: Filled[] = [];
  for (const each of sizes) {
    const server = await startPostgres();
    opened.defer(() => server.close());
    process.stdout.write(`Filling a PostgreSQL with ${each.calls} calls and ${each.personas} personas …\n`);
    const database = await fill(server.url, each);
    opened.defer(() => database.close());
    filled.push(database);
  }
  return { filled, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
