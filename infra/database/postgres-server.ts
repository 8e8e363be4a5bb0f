// A real PostgreSQL server for the tests about concurrency, started by the test command itself: its binaries come from
// npm, its data live in a temporary directory, and it stops with the process that started it, however that ends.
// The owner that it makes is no superuser, so that forced row security binds it as it would in production.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chown, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { postgresBinaries } from "./postgres-binaries.ts";
import { throwAwayDirectory } from "./throw-away-directory.ts";
import { unprivilegedUser } from "./unprivileged-user.ts";

export interface PostgresServer {
  /** As the owner of an empty database: may create roles and databases, is no superuser. */
  readonly url: string;
  /** As the superuser, for tests that look at or disturb the server itself. */
  readonly superuserUrl: string;
  close(): Promise<void>;
}

const supervisor = fileURLToPath(new URL("postgres-supervisor.sh", import.meta.url));
const attempts = 3;
const startTimeoutMs = 60_000;

/** @throws Error with what the server said */
export async function startPostgres(): Promise<PostgresServer> {
  const user = unprivilegedUser();
  const script = await readFile(supervisor, "utf8");
  for (let attempt = 1; ; attempt += 1) {
    const password = randomBytes(16).toString("hex");
    const directory = await throwAwayDirectory(user);
    const passwordFile = join(directory, "password");
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (user.uid !== undefined && user.gid !== undefined) await chown(passwordFile, user.uid, user.gid);
    const binaries = await postgresBinaries(user, directory);
    const port = await freePort();
    // The script's text, not its path: the other user may not be able to enter this checkout.
    const child = spawn("/bin/sh", ["-c", script, "sh", binaries, directory, String(port)], {
      ...user,
      cwd: directory,
      env: { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
      // Its own session: a Ctrl-C in the terminal is for us, and stops the server through us.
      detached: true,
      stdio: ["pipe", "ignore", "pipe"],
    });
    const refusal = await readiness(child);
    const close = async () => {
      await stop(child);
      await rm(directory, { recursive: true, force: true });
    };
    if (refusal === undefined) return serving(child, port, password, close);
    await close();
    // The port was free a moment ago; somebody else may have taken it meanwhile.
    if (attempt === attempts || !refusal.includes("could not bind")) {
      throw new Error(`PostgreSQL did not start: ${refusal}`);
    }
  }
}

async function serving(
  child: ChildProcess,
  port: number,
  password: string,
  close: () => Promise<void>,
): Promise<PostgresServer> {
  const superuserUrl = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  await client.query(`create role callmeback_owner login createrole createdb password '${password}'`);
  await client.query("create database callmeback owner callmeback_owner");
  await client.end();
  // A program that forgets to close may still end, and takes the server with it.
  setHeld(child, false);
  return {
    url: `postgresql://callmeback_owner:${password}@127.0.0.1:${port}/callmeback`,
    superuserUrl,
    close,
  };
}

/** Nothing once the server takes connections, else its last words. */
function readiness(child: ChildProcess): Promise<string | undefined> {
  let said = "";
  return new Promise((done) => {
    const timer = setTimeout(() => done(`not within ${startTimeoutMs / 1000} s. ${said}`), startTimeoutMs);
    const settle = (refusal: string | undefined) => {
      clearTimeout(timer);
      done(refusal);
    };
    child.on("error", (error) => settle(error.message));
    child.on("close", () => settle(said));
    child.stderr?.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString("utf8")).slice(-4_000);
      if (said.includes("database system is ready to accept connections")) settle(undefined);
    });
  });
}

/** Closes the supervisor's input, upon which it stops the server, and waits until both are gone. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  setHeld(child, true);
  const gone = once(child, "exit");
  child.stdin?.end();
  await gone;
}

/** Whether this process stays alive for the child's sake. */
function setHeld(child: ChildProcess, held: boolean): void {
  const handles = [child.stdin, child.stderr].filter((stream) => stream instanceof Socket);
  for (const handle of [child, ...handles]) {
    if (held) handle.ref();
    else handle.unref();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("No free port");
  return address.port;
}
