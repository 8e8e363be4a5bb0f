// Runs the tests that ask the API over HTTP and writes docs/api-coverage.md from the notes that they leave (see coverage.ts):
// each route with each error that it declares and each limit of its fields, and the test that provoked it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, type RouteName } from "@callmeback/shared/contract";
import { type ErrorCode, errorStatus } from "@callmeback/shared/contract/errors";
import { errorsOf } from "@callmeback/shared/contract/openapi";
import type { Route } from "@callmeback/shared/contract/route";
import type { Note } from "./coverage.ts";
import { limitsOf } from "./field-limits.ts";

/** What no test can provoke on purpose over HTTP, and where it is tried instead. */
const elsewhere: Partial<Record<ErrorCode, string>> = {
  SERVER_ERROR: "a bug by definition; `workers/gateway/src/gateway.test.ts` › shows nothing of a bug",
};

const directory = mkdtempSync(join(tmpdir(), "callmeback-coverage-"));
const tests = ["api", "contract", "cross-worker", "leaving", "live", "opt-out", "recordings", "replays"].map(
  (name) => `tests/${name}`,
);
const run = spawnSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...tests], {
  env: { ...process.env, API_COVERAGE: directory },
  stdio: "inherit",
});
if (run.status !== 0) throw new Error("The tests failed, so there is no table to make of them.");
const notes = readdirSync(directory)
  .flatMap((file) => readFileSync(join(directory, file), "utf8").trim().split("\n"))
  .map((line): Note => JSON.parse(line));
rmSync(directory, { recursive: true });
const byRoute = Map.groupBy(notes, ({ route }) => route);

let missing = 0;
const proofOf = (name: RouteName, what: string, otherwise?: string): string => {
  const found = byRoute.get(name)?.find((note) => note.what === what);
  if (found !== undefined)
    return `\`${found.test.split(" › ")[0]}\` › ${found.test.split(" › ").slice(1).join(" › ")}`;
  if (otherwise === undefined) missing += 1;
  return otherwise ?? "**none over HTTP**";
};

const sections = (Object.keys(contract) as RouteName[]).map((name) => {
  const route: Route = contract[name];
  const rows = [
    ...(route.upgrade ? [] : [[`${route.success.status}`, proofOf(name, "ok", fromOutside(route))]]),
    ...errorsOf(route).map((code) => [`${errorStatus[code]} ${code}`, proofOf(name, code, elsewhere[code])]),
    ...(route.bodyFormat === undefined && route.caller !== "voice-node" && route.caller !== "admin"
      ? limitsOf(route).map(({ part, label }) => [`${part}.${label}`, proofOf(name, `${part}.${label}`)])
      : []),
  ];
  const table = rows.map(([what, proof]) => `| ${what} | ${proof} |`).join("\n");
  return `## ${route.method} ${route.path}\n\n| what | provoked by |\n| --- | --- |\n${table}\n`;
});

/** Good requests of machines are those of a whole call. */
function fromOutside(route: Route): string | undefined {
  return ["twilio", "stripe", "voice-node"].includes(route.caller)
    ? "`tests/one-whole-call.test.ts`, where the sandbox and the pipeline ask it"
    : undefined;
}

const head = `# What of the API is tried over HTTP

Made by \`node infra/run.mjs coverage\` from a run of the tests; not written by hand. ${sections.length} routes; ${missing} of their
errors and limits are not provoked over HTTP and stand as **none over HTTP**.
`;
writeFileSync("docs/api-coverage.md", [head, ...sections].join("\n"));
process.stdout.write(`${sections.length} routes, ${missing} not provoked\n`);
