// Do lists stay flat? The SQL of each list route, as the Workers send it, on a PostgreSQL with a thousand rows and on one
// with a million calls and a hundred thousand personas; the same page for the same person.
import { startPostgres } from "../../infra/database/postgres-server.ts";
import { fill, type Sizes } from "./fill.ts";
import { type Measured, measure } from "./measure.ts";

const small: Sizes = { calls: 1_000, personas: 1_000 };
const large: Sizes = { calls: 1_000_000, personas: 100_000 };

export async function run(): Promise<void> {
  const [before, after] = [await measured(small), await measured(large)];
  process.stdout.write("\nSQL of a list                          p50 small   p50 large   ratio\n");
  for (const [index, { name, p50Ms }] of after.entries()) {
    const base = before[index]?.p50Ms ?? Number.NaN;
    const cells = [
      `${base.toFixed(2)} ms`.padStart(11),
      `${p50Ms.toFixed(2)} ms`.padStart(11),
      (p50Ms / base).toFixed(2).padStart(7),
    ];
    process.stdout.write(`${name.padEnd(37)}${cells.join(" ")}\n`);
  }
}

async function measured(sizes: Sizes): Promise<Measured[]> {
  const server = await startPostgres();
  try {
    process.stdout.write(`Filling a PostgreSQL with ${sizes.calls} calls and ${sizes.personas} personas …\n`);
    const filled = await fill(server.url, sizes);
    try {
      return await measure(filled);
    } finally {
      await filled.close();
    }
  } finally {
    await server.close();
  }
}
