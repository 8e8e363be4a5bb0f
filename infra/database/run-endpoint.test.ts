// The endpoint as a process: what it says, what it refuses, and what survives its death.
import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { neon, neonConfig } from "@neondatabase/serverless";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

const program = fileURLToPath(new URL("testing/fixture-endpoint.ts", import.meta.url));
const good = { SQL_PASSWORD: "a-long-enough-password", SQL_PORT: "0" };
const children = new Set<ChildProcess>();
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "callmeback-data-"));
});
afterEach(async () => {
  for (const child of children) await end(child, "SIGKILL");
  children.clear();
  await rm(dataDir, { recursive: true });
});

it("opens after a kill -9 at any time with all that was committed, and for one process at a time", async () => {
  const creating = start();
  const halfMade = () =>
    existsSync(join(dataDir, "postgres.unfinished")) && existsSync(join(dataDir, "postgres/base"));
  await vi.waitFor(() => expect(halfMade()).toBe(true), { timeout: 10_000, interval: 5 });
  await end(creating, "SIGKILL");

  const serving = start();
  await asAda(await ready(serving), "insert into notes values (1, 'ada', 'kept')");
  const other = start();
  const [said, code] = await Promise.all([text(stream(other.stderr)), exit(other)]);
  expect(said).toContain(`in use by another process (pid ${serving.pid})`);
  expect(code).toBe(1);
  await end(serving, "SIGKILL");

  const again = start();
  expect(await asAda(await ready(again), "select body from notes")).toEqual([{ body: "kept" }]);
  await end(again, "SIGTERM");
  expect(again.exitCode).toBe(0);
});

it("stops with the parent that started it over IPC", async () => {
  const child = start({ ...good, DATA_DIR: "memory" }, ["ignore", "pipe", "pipe", "ipc"]);
  await ready(child);
  child.disconnect();
  expect(await exit(child)).toBe(0);
});

it.each([
  ["SQL_PASSWORD", { ...good, SQL_PASSWORD: "short" }],
  ["SQL_PORT", { ...good, SQL_PORT: "8791x" }],
  ["DATABASE_URL", { ...good, DATABASE_URL: "mysql://here" }],
])("names %s when it is malformed", async (name, env) => {
  const child = start(env);
  const [said, code] = await Promise.all([text(stream(child.stderr)), exit(child)]);
  expect(said).toContain(name);
  expect(code).toBe(1);
});

function start(
  env: Record<string, string> = good,
  stdio: StdioOptions = ["ignore", "pipe", "pipe"],
): ChildProcess {
  const child = spawn(process.execPath, [program], { env: { DATA_DIR: dataDir, ...env }, stdio });
  children.add(child);
  return child;
}

async function ready(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: stream(child.stdout) })) {
    expect(line).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+$/);
    return line.slice("ready ".length);
  }
  throw new Error(`the endpoint did not start: ${await text(stream(child.stderr))}`);
}

async function asAda(url: string, query: string): Promise<unknown> {
  neonConfig.fetchEndpoint = `${url}/sql`;
  const sql = neon(`postgresql://callmeback_proxy:${good.SQL_PASSWORD}@127.0.0.1/callmeback`);
  const results = await sql.transaction([
    sql`set local role callmeback_reader`,
    sql`set local app.person = 'ada'`,
    sql.query(query),
  ]);
  return results.at(-1);
}

async function exit(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
}

async function end(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  child.kill(signal);
  await exit(child);
}

function stream(readable: Readable | null): Readable {
  if (readable === null) throw new Error("the child has no such stream");
  return readable;
}
