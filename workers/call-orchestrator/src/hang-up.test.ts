// A tap on "Hang up": it ends the call, and makes nothing cost anything that would have been for nothing.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type CallWorld, ended, openCallWorld, report } from "../../../tests/fixtures/call-world.ts";
import { startTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.ts";
import { answeredBy } from "./carrier-notes.ts";
import { hangUpCall } from "./hang-up.ts";
import { recordProgress } from "./progress.ts";
import { settleOwed } from "./settle-owed.ts";
import { sweep } from "./sweep.ts";
import { answerCall, recordJournal } from "./voice-session.ts";

let database: TestDatabase;
let world: CallWorld;
let call: { id: string; sid: string };

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  world = await openCallWorld(database);
  call = await world.place();
});

const tap = () => hangUpCall(world.deps, world.context(), call.id);
const carrierEnds = (durationSeconds: number) =>
  recordProgress(world.deps, call.id, report(call.sid, "completed", { durationSeconds }));
const graceIsOver = async () => {
  await world.rows("update calls set carrier_ended_at = now() - interval '1 minute' where id = $1", [
    call.id,
  ]);
  await sweep(world.deps);
};
const isAskedFor = async () => {
  const [row] = await world.rows("select cancel_requested_at from calls where id = $1", [call.id]);
  return row?.cancel_requested_at !== null;
};

describe("hanging up amid a conversation", () => {
  beforeEach(async () => {
    await world.connect(call);
  });

  test.each([
    [0, 0.65, null],
    [12, 0.57, { seconds: 12, amount: 0.08 }],
  ])("is charged as any end of it, less %i s that were lost", async (lost_seconds, cost, credit) => {
    await tap();
    expect(world.twilio.hungUp).toEqual([call.sid]);
    await world.end(call, 60, { end_reason: "caller_hangup", lost_seconds });
    expect(await world.seen(call)).toMatchObject({
      status: "completed",
      end_reason: "canceled_by_user",
      fault: "none",
      cost,
      credit,
    });
    await settleOwed(world.deps, call.id);
    expect(world.settlements).toMatchObject([{ captureCents: Math.round(cost * 100) }]);
  });

  test.each([
    ["provider_error", "provider", "failed"],
    ["internal_error", "us", "failed"],
    ["caller_hangup", "callee", "completed"],
    ["voicemail", "none", "completed"],
  ] as const)("that ended by %s (%s) leaves it at that, and free", async (end_reason, fault, status) => {
    await tap();
    await world.end(call, 60, { end_reason, fault });
    expect(await world.seen(call)).toMatchObject({ status, end_reason, fault, cost: 0 });
  });

  test("with a machine that a persona leaves is for nothing", async () => {
    await answeredBy(world.deps, call.id, call.sid, "machine_start");
    await tap();
    await world.end(call, 60, { end_reason: "caller_hangup" });
    expect(await world.seen(call)).toMatchObject({ end_reason: "voicemail", fault: "callee", cost: 0 });
  });

  test("whose voice process died leaves the fault ours, once its grace is over", async () => {
    await tap();
    await carrierEnds(60);
    await graceIsOver();
    expect(await world.seen(call)).toMatchObject({
      status: "failed",
      end_reason: "node_lost",
      fault: "us",
      cost: 0,
    });
  });

  test("that the carrier has ended already changes nothing", async () => {
    await carrierEnds(60);
    await tap();
    expect([await isAskedFor(), world.twilio.hungUp]).toEqual([false, []]);
    await recordJournal(world.deps, call.id, [ended(1)]);
    expect(await world.seen(call)).toMatchObject({ end_reason: "persona_goodbye", cost: 0.65 });
    await tap();
    expect(await isAskedFor()).toBe(false);
  });
});

describe("hanging up before a conversation", () => {
  test.each(["ringing", "answered"])("calls it off, and is free, while it is %s", async (when) => {
    if (when === "ringing") await recordProgress(world.deps, call.id, report(call.sid, "ringing"));
    else await answerCall(world.deps, call.id, call.sid);
    await tap();
    expect(await isAskedFor()).toBe(true);
    await carrierEnds(9);
    expect(await world.seen(call)).toMatchObject({
      status: "canceled",
      end_reason: "canceled_by_user",
      fault: "none",
      cost: 0,
    });
  });
});
