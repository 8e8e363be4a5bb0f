/** `pnpm replay CALL`: runs a recorded call again and shows where a decision changed. `--accept` writes the new ones down. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCallRecord } from "./call-record.ts";
import { accepted, type Change, replay } from "./replay.ts";

const usage = `usage: pnpm replay [--accept] CALL

CALL is a record's file, or the id of a call that was held while RECORD_EVENTS_DIR was set.
Exits with 0 when every decision is as it was, with 1 when one changed.
`;
const mostShown = 10;

const show = ({ atMs, event, was, is }: Change): string => {
  const { at: _, ...what } = event;
  const list = (decisions: readonly string[]) =>
    decisions.length === 0 ? ["    nothing"] : decisions.map((decision) => `    ${decision}`);
  return [
    `${(atMs / 1000).toFixed(3)} s, told ${JSON.stringify(what)}`,
    "  decided:",
    ...list(was),
    "  decides now:",
    ...list(is),
  ].join("\n");
};

const args = process.argv.slice(2);
const isAccepting = args.includes("--accept");
const [name, ...rest] = args.filter((arg) => arg !== "--accept");
const path = [name ?? "", join(process.env.RECORD_EVENTS_DIR ?? ".", `${name}.jsonl`)].find((each) =>
  existsSync(each),
);
if (name === undefined || path === undefined || rest.length > 0) {
  process.stderr.write(name === undefined ? usage : `There is no record of ${name}.\n\n${usage}`);
  process.exit(2);
}
const record = readCallRecord(readFileSync(path, "utf8"));
const changes = replay(record);
const seconds = ((record.steps.at(-1)?.event.at ?? record.base) - record.base) / 1000;
process.stdout.write(
  `${record.steps.length} events in ${seconds.toFixed(1)} s: ${changes.length === 0 ? "every decision is as it was" : `${changes.length} decisions changed`}.\n`,
);
for (const change of changes.slice(0, mostShown)) process.stdout.write(`\n${show(change)}\n`);
if (changes.length > 1) process.stdout.write("\nWhat follows the first change may follow from it.\n");
if (isAccepting) writeFileSync(path, accepted(record));
process.exit(changes.length > 0 && !isAccepting ? 1 : 0);
