// What the figures come from: `pnpm bench <name>`. Each prints its figures as ratios against something of the same run,
// since the machine that runs it is anybody's.
import { run as lists } from "./lists/run.ts";
import { run as sizes } from "./sizes/run.ts";

const benches: Readonly<Record<string, () => Promise<void>>> = {
  lists,
  sizes,
};

const name = process.argv[2] ?? "";
const bench = benches[name];
if (bench === undefined) {
  process.stderr.write(`usage: pnpm bench <${Object.keys(benches).join("|")}>\n`);
  process.exit(2);
}
bench().then(
  () => process.exit(process.exitCode ?? 0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
