// What costs nothing: no answer, a machine, and faults that are not the callee's.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type CallWorld, ended, openCallWorld, report } from "../../../tests/fixtures/call-world.ts";
import { startTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.ts";
import { answeredBy, streamStatus } from "./carrier-notes.ts";
import { recordProgress } from "./progress.ts";
import { listCalls } from "./read-calls.ts";
import { settleOwed } from "./settle-owed.ts";
import { sweep } from "./sweep.ts";
import { answerCall, recordJournal } from "./voice-session.ts";

let database: TestDatabase;
let world: CallWorld;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  world = await openCallWorld(database);
});

describe("calls that cost nothing", () => {
  test.each([
    ["busy", null, "busy", "callee", "failed"],
    ["busy", "603", "declined", "callee", "failed"],
    ["no-answer", null, "no_answer", "callee", "failed"],
    ["failed", null, "carrier_error", "carrier", "failed"],
    ["canceled", null, "canceled_by_user", "none", "canceled"],
  ])("%s (%s) ends as %s", async (carrier, sipResponseCode, end_reason, fault, status) => {
    const call = await world.place();
    await recordProgress(
      world.deps,
      call.id,
      report(call.sid, carrier, { sipResponseCode, durationSeconds: 0 }),
    );
    await settleOwed(world.deps, call.id);
    expect(world.settlements).toEqual([{ paymentIntentId: call.paymentIntent, captureCents: 0 }]);
    expect(await world.seen(call)).toMatchObject({ end_reason, fault, status, cost: 0, duration: 0 });
  });

  test("a fault of Twilio's own ends nothing: the phone may be ringing", async () => {
    world.twilio.faultStatus = 503;
    await expect(world.place()).rejects.toMatchObject({ code: "TWILIO_ERROR" });
    expect(world.settlements).toEqual([]);
    const { calls } = await listCalls(world.deps, world.context(), { page: 1, limit: 20, sort: "date_desc" });
    expect(calls).toMatchObject([{ status: "initiated", end_reason: null }]);
  });

  test("Twilio's refusal ends the call as failed and releases the hold", async () => {
    world.twilio.refuses = true;
    await expect(world.place()).rejects.toMatchObject({ code: "TWILIO_ERROR" });
    expect(world.settlements).toMatchObject([{ captureCents: 0 }]);
    const { calls } = await listCalls(world.deps, world.context(), { page: 1, limit: 20, sort: "date_desc" });
    expect(calls).toMatchObject([{ status: "failed", end_reason: "carrier_error", cost: 0, sid: null }]);
  });

  test.each([
    [2, "caller_hangup", "callee", "completed"],
    [9, "internal_error", "us", "failed"],
  ])("answered for %i s without a stream ends as %s", async (durationSeconds, end_reason, fault, status) => {
    const call = await world.place();
    await answerCall(world.deps, call.id, call.sid);
    await recordProgress(world.deps, call.id, report(call.sid, "completed", { durationSeconds }));
    expect(await world.seen(call)).toMatchObject({
      end_reason,
      fault,
      status,
      cost: 0,
      duration: durationSeconds,
    });
  });

  test.each([
    ["machine_start", "voicemail", 0],
    ["fax", "voicemail", 0],
    ["human", "persona_goodbye", 0.65],
    ["unknown", "persona_goodbye", 0.65],
  ])("answered by %s ends as %s", async (who, end_reason, cost) => {
    const call = await world.place();
    await world.connect(call);
    await answeredBy(world.deps, call.id, call.sid, who);
    await answeredBy(world.deps, call.id, call.sid, who);
    await world.end(call, 60);
    expect(await world.seen(call)).toMatchObject({ end_reason, cost, status: "completed" });
    expect(new Set(world.twilio.hungUp)).toEqual(new Set(cost === 0 ? [call.sid] : []));
  });

  test.each([
    ["machine_start", "persona_goodbye", 0.65],
    ["fax", "voicemail", 0],
  ])("for a persona that speaks to machines, answered by %s ends as %s", async (who, end_reason, cost) => {
    await world.makePersona("leaves_machines = false");
    const call = await world.place();
    await world.connect(call);
    await answeredBy(world.deps, call.id, call.sid, who);
    await world.end(call, 60);
    expect(await world.seen(call)).toMatchObject({ end_reason, cost });
    expect(world.twilio.hungUp).toEqual(cost === 0 ? [call.sid] : []);
  });

  test("what became of a stream is kept once, for a call that is known", async () => {
    const call = await world.place();
    const told = { CallSid: call.sid, StreamSid: "MZ1", StreamEvent: "stream-error", StreamError: "lost" };
    await streamStatus(world.deps, call.id, told);
    await streamStatus(world.deps, call.id, told);
    const events = await world.rows("select type, payload from call_events where call_id = $1", [call.id]);
    expect(events).toEqual([{ type: "stream-error", payload: { stream_sid: "MZ1", error: "lost" } }]);
    const foreign = streamStatus(world.deps, call.id, { ...told, CallSid: "CAforeign" });
    await expect(foreign).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("a provider's fault is not charged", async () => {
    const call = await world.place();
    await world.connect(call);
    await world.end(call, 60, { end_reason: "provider_error", fault: "provider" });
    expect(await world.seen(call)).toMatchObject({
      status: "failed",
      fault: "provider",
      cost: 0,
      duration: 60,
    });
  });

  test.each([
    // The price of 330 s is 2.45; 61 s at 0.40 a minute are 0.41.
    [330, 61, 2.04, { seconds: 61, amount: 0.41 }],
    [330, 0, 2.45, null],
    // The connection was made.
    [30, 29, 0.25, { seconds: 29, amount: 0.2 }],
    [30, 90, 0.25, { seconds: 90, amount: 0.2 }],
    // Beyond the hold nothing is charged; what was lost is taken off the rest.
    [400, 60, 2.25, { seconds: 60, amount: 0.4 }],
  ])("of %i s, %i s lost to a provider are not charged", async (duration, lost_seconds, cost, credit) => {
    const call = await world.place(265);
    await world.connect(call);
    await world.end(call, duration, { lost_seconds });
    expect(await world.seen(call)).toMatchObject({ status: "completed", duration, cost, credit });
    await settleOwed(world.deps, call.id);
    expect(world.settlements).toEqual([
      { paymentIntentId: call.paymentIntent, captureCents: Math.round(cost * 100) },
    ]);
  });

  test("what costs nothing has nothing taken off it", async () => {
    const call = await world.place();
    await world.connect(call);
    await world.end(call, 60, { end_reason: "provider_error", fault: "provider", lost_seconds: 12 });
    expect(await world.seen(call)).toMatchObject({ cost: 0, credit: null });
  });

  test("a report that comes after the end takes nothing off it any more", async () => {
    const call = await world.place();
    await world.connect(call);
    await recordProgress(world.deps, call.id, report(call.sid, "completed", { durationSeconds: 60 }));
    await world.rows("update calls set carrier_ended_at = now() - interval '1 minute' where id = $1", [
      call.id,
    ]);
    await sweep(world.deps);
    await recordJournal(world.deps, call.id, [ended(1, { lost_seconds: 12 })]);
    expect(await world.seen(call)).toMatchObject({ end_reason: "node_lost", cost: 0, credit: null });
    expect(
      await world.rows("select reported_reason, lost_seconds, credit_cents from calls where id = $1", [
        call.id,
      ]),
    ).toEqual([{ reported_reason: "persona_goodbye", lost_seconds: 12, credit_cents: 0 }]);
  });

  test("a pipeline that never reports is our fault, once the grace is over", async () => {
    const call = await world.place();
    await world.connect(call);
    await recordProgress(world.deps, call.id, report(call.sid, "completed", { durationSeconds: 60 }));
    await sweep(world.deps);
    expect((await world.seen(call)).status).toBe("in-progress");
    await world.rows("update calls set carrier_ended_at = now() - interval '1 minute' where id = $1", [
      call.id,
    ]);
    await sweep(world.deps);
    expect(await world.seen(call)).toMatchObject({
      status: "failed",
      end_reason: "node_lost",
      fault: "us",
      cost: 0,
    });
  });
});
