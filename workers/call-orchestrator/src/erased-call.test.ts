// A voice process that was away hands its journal in after the person called has left: nothing of them comes back by it.
import type { JournalEntry } from "@callmeback/shared/contract/voice";
import { afterAll, beforeAll, expect, test } from "vitest";
import { at, type CallWorld, ended, openCallWorld, report } from "../../../tests/fixtures/call-world.ts";
import { startTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.ts";
import { eraseCalls } from "./account.ts";
import { createCall } from "./create-call.ts";
import { recordProgress } from "./progress.ts";
import { sweep } from "./sweep.ts";
import { recordJournal } from "./voice-session.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

const words = "My mother's name is Grace. Stop calling me.";
const turn = (seq: number): JournalEntry => ({
  seq,
  at,
  type: "turn",
  speaker: "caller",
  text: words,
  started_at: at,
  ended_at: at,
  interrupted: false,
  latency: null,
});
const late: JournalEntry[] = [
  turn(3),
  { seq: 4, at, type: "function", name: "f", arguments: words, result: words, duration_ms: 1, ok: true },
  { seq: 5, at, type: "opt_out", source: "spoken", evidence: words },
  { seq: 6, at, type: "recording", consent: "given", evidence: words },
  ended(7, { lost_seconds: 4 }),
];

const placeTryOut = async ({ deps, context, person, personaId }: CallWorld) => {
  const wish = { phone_number: person.phone, persona_id: personaId, payment_intent_id: null };
  const { call } = await createCall(deps, context(), wish, null);
  return { id: call.id, sid: call.sid ?? "" };
};
const placers = { "call that was paid for": (world: CallWorld) => world.place(), "try-out": placeTryOut };

test.each(Object.entries(placers))("of a %s no word is kept, and the journal is taken", async (_, place) => {
  const world = await openCallWorld(database);
  const call = await place(world);
  await world.connect(call);
  await recordJournal(world.deps, call.id, [turn(1), turn(2)]);
  await recordProgress(world.deps, call.id, report(call.sid, "completed", { durationSeconds: 60 }));
  await world.rows("update calls set carrier_ended_at = now() - interval '1 minute' where id = $1", [
    call.id,
  ]);
  await sweep(world.deps);
  await eraseCalls(world.deps, world.person.actor.userId);

  const isTaken = { acknowledged: 7, ended: false };
  expect(await recordJournal(world.deps, call.id, late)).toEqual(isTaken);
  expect(await recordJournal(world.deps, call.id, late)).toEqual(isTaken);
  expect(await world.rows("select seq from call_turns where call_id = $1", [call.id])).toEqual([]);
  expect(await world.rows("select type from call_events where call_id = $1", [call.id])).toEqual([]);
  expect(
    await world.rows("select phone_number from suppressions where phone_number = $1 or evidence = $2", [
      world.person.phone,
      words,
    ]),
  ).toEqual([]);
  // What the books want of it is taken.
  expect(
    await world.rows("select end_reason, reported_reason, lost_seconds, usage from calls where id = $1", [
      call.id,
    ]),
  ).toMatchObject([
    {
      end_reason: "node_lost",
      reported_reason: "persona_goodbye",
      lost_seconds: 4,
      usage: { speech_characters: 99 },
    },
  ]);
});

test("a call that never was is not acknowledged", async () => {
  const world = await openCallWorld(database);
  await expect(recordJournal(world.deps, crypto.randomUUID(), late)).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});
