// Who may be called, and the wish not to be called again.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { at, type CallWorld, ended, openCallWorld, report } from "../../../tests/fixtures/call-world.ts";
import { startTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.ts";
import { recordProgress } from "./progress.ts";
import { receiveMessage } from "./suppressions.ts";
import { recordJournal } from "./voice-session.ts";

let database: TestDatabase;
let world: CallWorld;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  world = await openCallWorld(database);
});

describe("the gate", () => {
  const refusals = async () => {
    const { userId } = world.person.actor;
    const kept = await world.rows("select reasons from gate_refusals where user_id = $1", [userId]);
    return kept.map(({ reasons }) => reasons);
  };
  const blocked = (reasons: string[]) => ({ code: "CALL_BLOCKED", detailsJson: JSON.stringify({ reasons }) });

  test("keeps with the call the facts under which it let it through", async () => {
    const call = await world.place();
    expect(await world.rows("select gate from calls where id = $1", [call.id])).toMatchObject([
      { gate: { allowed: true, facts: { number_kind: "ordinary", has_consent: true } } },
    ]);
  });

  test("refuses who asked not to be called, by any way, until they take it back; and keeps the refusal", async () => {
    await receiveMessage(world.deps, world.person.phone, " Stop. ");
    await expect(world.place()).rejects.toMatchObject(blocked(["suppressed"]));
    expect(await refusals()).toEqual([["suppressed"]]);
    expect(world.twilio.dialled).toEqual([]);
    await receiveMessage(world.deps, world.person.phone, "hello?");
    await expect(world.place()).rejects.toMatchObject(blocked(["suppressed"]));
    await receiveMessage(world.deps, world.person.phone, "START");
    await expect(world.place()).resolves.toBeDefined();
  });

  test("holds a wish that was spoken in a call, once, also when the journal comes again", async () => {
    const call = await world.place();
    await world.connect(call);
    const wish = {
      seq: 1,
      at,
      type: "opt_out" as const,
      source: "spoken" as const,
      evidence: "stop calling me",
    };
    await recordJournal(world.deps, call.id, [wish, ended(2)]);
    await recordProgress(world.deps, call.id, report(call.sid, "completed", { durationSeconds: 5 }));
    await expect(world.place()).rejects.toMatchObject(blocked(["suppressed"]));
    await receiveMessage(world.deps, world.person.phone, "start");
    await recordJournal(world.deps, call.id, [wish, ended(2)]);
    await expect(world.place()).resolves.toBeDefined();
  });

  test("keeps the words of a wish with the call, sealed", async () => {
    const call = await world.place();
    await world.connect(call);
    const evidence = "this is Grace Hopper, stop calling me";
    await recordJournal(world.deps, call.id, [
      { seq: 1, at, type: "opt_out", source: "spoken", evidence },
      { seq: 2, at, type: "opt_out", source: "digit", evidence: "9" },
    ]);
    const events = await world.rows(
      "select seq, payload, payload->>'evidence' as sealed, payload::text like '%Grace%' as is_readable from call_events where call_id = $1 and source = 'voice' order by seq",
      [call.id],
    );
    expect(events).toMatchObject([
      { payload: { source: "spoken" }, is_readable: false },
      { payload: { source: "digit" }, is_readable: false },
    ]);
    const opened = events.map(({ seq, sealed }) =>
      world.deps.cipher.open(call.id, Number(seq), String(sealed)),
    );
    expect(await Promise.all(opened)).toEqual([evidence, "9"]);
  });

  test("refuses without consent, and numbers that cost a fortune", async () => {
    const phone = "+19005550123";
    await world.rows("update users set phone = $2 where id = $1", [world.person.actor.userId, phone], "auth");
    await expect(world.place(225, { ...world.person, phone })).rejects.toMatchObject(
      blocked(["premium_number"]),
    );
    expect(await refusals()).toEqual([["premium_number"]]);
  });
});
