// What the figures come from: `pnpm bench <name>`. Each prints its figures as ratios against something of the same run,
// since the machine that runs it is anybody's.
import { run as fuzz } from "./fuzz/run.ts";
import { run as lists } from "./lists/run.ts";
import { run as page } from "./page/run.ts";
import { run as sizes } from "./sizes/run.ts";
import { run as voice } from "./voice/run.ts";

const benches: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  fuzz,
  lists,
  page,
  sizes,
  voice,
};

const [name = "", ...args] = process.argv.slice(2);
const bench = benches[name];
if (bench === undefined) {
  process.stderr.write(`usage: pnpm bench <${Object.keys(benches).join("|")}>\n`);
  process.exit(2);
}
bench(args).then(
  () => process.exit(process.exitCode ?? 0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
