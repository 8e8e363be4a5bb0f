/** `pnpm replay CALL`: runs a recorded call again and shows where a decision changed. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readCallRecord } from "./call-record.ts";
import { fetchRecord } from "./fetch-record.ts";
import { accepted, type Change, replay } from "./replay.ts";

const usage = `usage: pnpm replay [--accept] [--save FILE] CALL

CALL is a call's id, whose record the running stack gives to the person who was called (the demo account, or REPLAY_EMAIL and
REPLAY_PASSWORD); or the file of a record.
  --save FILE  writes the record to a file that only you can read
  --accept     writes the decisions of now into the file
Exits with 0 when every decision is as it was, with 1 when one changed.
`;
const mostShown = 10;
const ownerOnly = 0o600;

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

const run = async (): Promise<number> => {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const { values, positionals } = parseArgs({
    options: { accept: { type: "boolean", default: false }, save: { type: "string" } },
    allowPositionals: true,
  });
  const [call, ...rest] = positionals;
  if (call === undefined || rest.length > 0) throw new Error(usage);
  const isFile = existsSync(call);
  const content = isFile ? readFileSync(call, "utf8") : await fetchRecord(call, process.env);
  const path = values.save ?? (isFile ? call : null);
  if (values.accept && path === null) throw new Error("What is accepted needs a file: add --save FILE.");
  if (values.save !== undefined) writeFileSync(values.save, content, { mode: ownerOnly });

  const record = readCallRecord(content);
  const changes = replay(record);
  const seconds = ((record.steps.at(-1)?.event.at ?? record.base) - record.base) / 1000;
  process.stdout.write(
    `${record.steps.length} events in ${seconds.toFixed(1)} s: ${changes.length === 0 ? "every decision is as it was" : `${changes.length} decisions changed`}.\n`,
  );
  if (record.isCut)
    process.stdout.write("The call went on: its record had grown too long and was cut there.\n");
  for (const change of changes.slice(0, mostShown)) process.stdout.write(`\n${show(change)}\n`);
  if (changes.length > 1) process.stdout.write("\nWhat follows the first change may follow from it.\n");
  if (values.accept && path !== null) writeFileSync(path, accepted(record));
  return changes.length > 0 && !values.accept ? 1 : 0;
};

run().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
