import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { expect, it, vi } from "vitest";
import { startPostgres } from "./postgres-server.ts";

const parentProgram = fileURLToPath(new URL("testing/start-postgres.ts", import.meta.url));

it("starts a server whose owner can make roles and databases but is no superuser", async () => {
  const server = await startPostgres();
  const client = await connect(server.url);
  const { rows } = await client.query(
    "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user",
  );
  expect(rows).toEqual([
    {
      rolname: "callmeback_owner",
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: true,
      rolcreatedb: true,
    },
  ]);
  await client.end();
  await server.close();
  await expect(connect(server.url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

it("leaves no server and no directory behind when the process that started it is killed", async () => {
  const parent = spawn(process.execPath, [parentProgram], { stdio: ["ignore", "pipe", "inherit"] });
  const { url, directory } = await firstLine(parent);
  await (await connect(url)).end();
  expect(existsSync(directory)).toBe(true);
  parent.kill("SIGKILL");
  await once(parent, "exit");
  const patience = { timeout: 10_000, interval: 20 };
  await vi.waitFor(() => expect(connect(url)).rejects.toMatchObject({ code: "ECONNREFUSED" }), patience);
  await vi.waitFor(() => expect(existsSync(directory)).toBe(false), patience);
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

async function firstLine(parent: ChildProcess): Promise<{ url: string; directory: string }> {
  if (parent.stdout === null) throw new Error("the parent has no output");
  for await (const line of createInterface({ input: parent.stdout })) return JSON.parse(line);
  throw new Error("the parent said nothing");
}
