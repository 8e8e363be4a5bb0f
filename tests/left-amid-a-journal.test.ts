// Somebody leaves in the very moment in which a journal of theirs is taken, on a real PostgreSQL server: PGlite has one
// connection and could prove nothing here.
import type { DatabaseRpc } from "@callmeback/shared/rpc/database";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "../infra/database/postgres-server.ts";
import { eraseCalls } from "../workers/call-orchestrator/src/account.ts";
import { recordProgress } from "../workers/call-orchestrator/src/progress.ts";
import { recordJournal } from "../workers/call-orchestrator/src/voice-session.ts";
import { at, ended, openCallWorld, report } from "./fixtures/call-world.ts";
import { startTestDatabase, type TestDatabase } from "./fixtures/test-database.ts";

let server: PostgresServer;
let database: TestDatabase;
let gate: Client;

beforeAll(async () => {
  server = await startPostgres();
  database = await startTestDatabase(server.url);
  gate = new Client({ connectionString: server.url });
  await gate.connect();
}, 60_000);
afterAll(async () => {
  await gate.end();
  await database.close();
  await server.close();
});

const waiting = async () =>
  (await gate.query("select count(*)::int as count from pg_locks where not granted")).rows[0].count;

test("nothing of a journal that was being taken is left", async () => {
  const world = await openCallWorld(database);
  const call = await world.place();
  await world.connect(call);
  await recordJournal(world.deps, call.id, [ended(1)]);
  await recordProgress(world.deps, call.id, report(call.sid, "completed", { durationSeconds: 60 }));

  // Its statements are done, and its transaction stays open for as long as the gate is shut.
  const held: DatabaseRpc = {
    ...world.deps.database,
    transact: (actor, statements) =>
      world.deps.database.transact(actor, [
        ...statements,
        { text: "select pg_advisory_xact_lock(1) is null as never", values: [] },
      ]),
  };
  await gate.query("select pg_advisory_lock(1)");
  const words = { type: "turn", speaker: "caller", text: "I am Grace." } as const;
  const times = { seq: 2, at, started_at: at, ended_at: at, interrupted: false, latency: null };
  const journal = recordJournal({ ...world.deps, database: held }, call.id, [{ ...words, ...times }]);
  await expect.poll(waiting).toBe(1);
  const leaving = eraseCalls(world.deps, world.person.actor.userId);
  await expect.poll(waiting).toBe(2);
  await gate.query("select pg_advisory_unlock(1)");

  expect(await journal).toMatchObject({ acknowledged: 2 });
  await leaving;
  expect(await world.rows("select seq from call_turns where call_id = $1", [call.id])).toEqual([]);
  expect(await world.rows("select type from call_events where call_id = $1", [call.id])).toEqual([]);
});
