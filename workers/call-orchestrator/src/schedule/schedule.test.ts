// Scheduled calls on a real PostgreSQL, with a clock and a queue in the test's hand.

import { Failure } from "@callmeback/shared/contract/errors";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { startPostgres } from "../../../../infra/database/postgres-server.ts";
import { callDeps } from "../../../../tests/fixtures/call-deps.ts";
import { DialledTwilio } from "../../../../tests/fixtures/dialled-twilio.ts";
import { addHold, addPerson, addPersona, type Person } from "../../../../tests/fixtures/people.ts";
import { startTestDatabase, type TestDatabase } from "../../../../tests/fixtures/test-database.ts";
import { createCall } from "../create-call.ts";
import type { CallDeps } from "../env.ts";
import { sweep } from "../sweep.ts";
import type { NewCall } from "../twilio.ts";
import { cancelScheduled } from "./cancel-scheduled.ts";
import { claimDue, type ScheduleTask } from "./claim-due.ts";
import { listScheduled } from "./list-scheduled.ts";
import { scheduleCall } from "./schedule-call.ts";
import { takeTask, tellOfDead } from "./take-task.ts";

let database: TestDatabase;
let stopServer: () => Promise<void>;
let deps: CallDeps;
let twilio: Phones;
let person: Person;
let personaId: string;
let nowMs: number;
let queued: { body: ScheduleTask; delaySeconds: number }[];
let givenBack: string[];
let renewals: (paymentId: string) => Promise<string>;

/** Twilio's side, and what was sent. */
class Phones extends DialledTwilio {
  sent: string[] = [];
  /** Takes what it is asked and never answers. */
  isAway = false;
  isMute = false;

  override async placeCall(call: NewCall) {
    if (this.isAway) throw new Error("The request timed out.");
    return super.placeCall(call);
  }

  override async sendMessage(to: string, body: string) {
    this.sent.push(`${to} ${body}`);
    if (this.isMute) throw new Error("The request timed out.");
  }
}

beforeAll(async () => {
  const server = await startPostgres();
  stopServer = () => server.close();
  database = await startTestDatabase(server.url);
}, 60_000);
afterAll(async () => {
  await database.close();
  await stopServer();
});

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

beforeEach(async () => {
  nowMs = Date.now();
  queued = [];
  givenBack = [];
  renewals = async (paymentId) => placeHold(paymentId);
  twilio = new Phones();
  deps = callDeps(
    database,
    twilio,
    {
      settle: async () => {},
      giveBack: async (_context, intent) => {
        givenBack.push(intent);
        await asBilling("update payments set state = 'released' where stripe_payment_intent_id = $1", [
          intent,
        ]);
        return { status: "released", refundId: null, amountCents: 225 };
      },
      holdOffSession: async (_context, { paymentId }) => renewals(paymentId),
    },
    {
      queue: {
        sendBatch: async (messages) => {
          queued.push(...messages);
        },
      },
      now: () => new Date(nowMs),
    },
  );
  // What earlier tests left ahead is none of this one's business.
  await deps.database.transact({ kind: "system" }, [
    {
      text: "update scheduled_calls set status = 'cancelled' where status in ('scheduled', 'starting')",
      values: [],
    },
  ]);
  person = await addPerson(database);
  personaId = await addPersona(database, person);
});

const asBilling = (text: string, values: string[]) =>
  database.as("billing").transact({ kind: "system" }, [{ text, values }]);
const placeHold = async (paymentId: string) => {
  const intent = `pi_${paymentId.replaceAll("-", "")}`;
  await asBilling(
    `insert into payments (id, tenant_id, user_id, stripe_payment_intent_id, payment_method_id, amount_cents, state)
     values ($1, $2, $3, $4, 'pm_x', 225, 'held') on conflict do nothing`,
    [paymentId, person.tenantId, person.actor.userId, intent],
  );
  return intent;
};
const context = (who = person) => ({ actor: who.actor, requestId: "test-request" });
const at = (aheadMs: number) => new Date(nowMs + aheadMs).toISOString();

async function schedule(aheadMs: number, more: object = {}) {
  const payment_intent_id = await addHold(database, person, 225);
  const input = {
    phone_number: person.phone,
    persona_id: personaId,
    payment_intent_id,
    scheduled_time: at(aheadMs),
    ...more,
  };
  const { scheduled_call } = await scheduleCall(deps, context(), input, null);
  return { ...scheduled_call, input };
}

const list = async (who = person) =>
  (await listScheduled(deps, context(who), { sort: "time_asc" })).scheduled_calls.map(
    ({ status, failure_reason }) => (failure_reason === null ? status : `${status}: ${failure_reason}`),
  );

/** Lets the queue deliver what is due; answers with how many wanted to come again. */
async function deliver(kind: ScheduleTask["do"] = "start"): Promise<number> {
  const tasks = queued.filter(({ body }) => body.do === kind);
  queued = queued.filter(({ body }) => body.do !== kind);
  let retries = 0;
  const retry = () => {
    retries += 1;
  };
  await Promise.all(tasks.map(({ body }) => takeTask(deps, { body, ack: () => {}, retry })));
  return retries;
}

describe("scheduling", () => {
  test("takes a time with any offset, and shows it in the person's zone", async () => {
    const time = new Date(nowMs + day);
    const offset = new Date(time.getTime() + 2 * hour).toISOString().replace("Z", "+02:00");
    const scheduled = await schedule(0, { scheduled_time: offset, time_zone: "Europe/Berlin" });
    expect(scheduled).toMatchObject({
      scheduled_time: time.toISOString(),
      time_zone: "Europe/Berlin",
      status: "scheduled",
      persona_name: "Luna",
      estimated_cost: 2.25,
    });
  });

  test.each([
    [5 * minute - 1000, "5 minutes"],
    [30 * day + 1000, "30 days"],
    [-day, "5 minutes"],
  ])("refuses a time %i ms ahead", async (aheadMs, words) => {
    await expect(schedule(aheadMs)).rejects.toThrow(words);
  });

  test("takes the ends of the span", async () => {
    await expect(schedule(5 * minute)).resolves.toBeDefined();
    await expect(schedule(30 * day)).resolves.toBeDefined();
  });

  test("answers the same request again with the same schedule, and another body with a conflict", async () => {
    const { input, id } = await schedule(day);
    expect((await scheduleCall(deps, context(), input, null)).scheduled_call.id).toBe(id);
    const other = { ...input, scheduled_time: at(2 * day) };
    await expect(scheduleCall(deps, context(), other, null)).rejects.toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
    });
  });

  test("fifty ahead, exactly, also when sixty come at once", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => schedule(day)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(50);
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "MAX_SCHEDULED" });
  });

  test("a hold pays for a schedule or for a call of now, not for both, whoever is first", async () => {
    const { input } = await schedule(day);
    const { scheduled_time: _, ...wish } = input;
    await expect(createCall(deps, context(), wish, null)).rejects.toMatchObject({ code: "PAYMENT_FAILED" });
    const both = await addHold(database, person, 225);
    const outcomes = await Promise.allSettled([
      createCall(deps, context(), { ...wish, payment_intent_id: both }, null),
      scheduleCall(deps, context(), { ...input, payment_intent_id: both }, null),
    ]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("what a call of now would be refused for is refused", async () => {
    await expect(schedule(day, { persona_id: crypto.randomUUID() })).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
    });
    await expect(schedule(day, { phone_number: "+14155559999" })).rejects.toMatchObject({
      code: "PHONE_NOT_VERIFIED",
    });
    await expect(schedule(day, { payment_intent_id: "pi_nobodys" })).rejects.toMatchObject({
      code: "PAYMENT_REQUIRED",
    });
  });
});

describe("cancelling", () => {
  test("gives the money back, the same however often it is asked", async () => {
    const { id, input } = await schedule(day);
    const refund = { amount: 2.25, status: "released", refund_id: null };
    expect(await cancelScheduled(deps, context(), id)).toMatchObject({ refund });
    expect(await cancelScheduled(deps, context(), id)).toMatchObject({ refund });
    expect(new Set(givenBack)).toEqual(new Set([input.payment_intent_id]));
    expect(await list()).toEqual(["cancelled"]);
  });

  test("is denied in the last five minutes, and for what has begun", async () => {
    const { id } = await schedule(6 * minute);
    nowMs += minute + 1000;
    await expect(cancelScheduled(deps, context(), id)).rejects.toMatchObject({ code: "CANCELLATION_DENIED" });
    nowMs += 5 * minute;
    await claimDue(deps);
    await deliver();
    await expect(cancelScheduled(deps, context(), id)).rejects.toMatchObject({ code: "CANCELLATION_DENIED" });
  });

  test("is for one's own calls", async () => {
    const { id } = await schedule(day);
    const stranger = context(await addPerson(database));
    await expect(cancelScheduled(deps, stranger, id)).rejects.toMatchObject({ code: "FORBIDDEN" });
    const nothing = cancelScheduled(deps, stranger, crypto.randomUUID());
    await expect(nothing).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("when its time comes", () => {
  test("a call is claimed a little before, waits for its second, and is dialled once however often it is delivered", async () => {
    await schedule(10 * minute);
    await claimDue(deps);
    expect(queued).toEqual([]);
    nowMs += 9 * minute + 10_500;
    await Promise.all([claimDue(deps), claimDue(deps), claimDue(deps)]);
    const starts = queued.filter(({ body }) => body.do === "start");
    expect(starts.map(({ delaySeconds }) => delaySeconds)).toEqual([50]);
    queued.push(...starts, ...starts);
    nowMs += 50_000;
    await deliver();
    expect(twilio.dialled.map(({ to }) => to)).toEqual([person.phone]);
    expect(await list()).toEqual(["started"]);
  });

  test("one that a crash left between claim and dial is claimed again, and dialled once", async () => {
    await schedule(6 * minute);
    nowMs += 6 * minute;
    await claimDue(deps);
    queued = [];
    nowMs += 30_000;
    await claimDue(deps);
    expect(queued).toEqual([]);
    nowMs += 16_000;
    await Promise.all([claimDue(deps), claimDue(deps)]);
    expect(queued.filter(({ body }) => body.do === "start")).toHaveLength(1);
    await deliver();
    expect(twilio.dialled).toHaveLength(1);
  });

  test("a reminder goes out once, five minutes before, and none for what was cancelled", async () => {
    const kept = await schedule(30 * minute, { time_zone: "Asia/Tokyo" });
    const cancelled = await schedule(30 * minute);
    nowMs += 24 * minute;
    await claimDue(deps);
    await claimDue(deps);
    expect(queued.map(({ body, delaySeconds }) => [body.do, delaySeconds])).toEqual([
      ["remind", 60],
      ["remind", 60],
    ]);
    await cancelScheduled(deps, context(), cancelled.id);
    await deliver("remind");
    expect(twilio.sent).toHaveLength(1);
    const clock = new Intl.DateTimeFormat("en-GB", {
      timeZone: "Asia/Tokyo",
      hour: "2-digit",
      minute: "2-digit",
    });
    expect(twilio.sent[0]).toContain(`Luna will call you at ${clock.format(new Date(kept.scheduled_time))}`);
  });

  test.each([
    ["another call is alive", "CONCURRENT_CALLS", "another call"],
    ["Twilio refuses", "TWILIO_ERROR", "network"],
    ["nobody may be called", "CALL_BLOCKED", "may not be called"],
    ["the mesh was away for too long", "TOO_LATE", "in time"],
  ])(
    "a call that cannot be made because %s is told, and its money goes back",
    async (_what, reason, words) => {
      const { input } = await schedule(6 * minute);
      if (reason === "CONCURRENT_CALLS") {
        const payment_intent_id = await addHold(database, person, 225);
        await createCall(
          deps,
          context(),
          { phone_number: person.phone, persona_id: personaId, payment_intent_id },
          null,
        );
      }
      if (reason === "TWILIO_ERROR") twilio.refuses = true;
      if (reason === "CALL_BLOCKED") {
        await deps.database.transact({ kind: "system" }, [
          {
            text: "insert into suppressions (phone_number, source) values ($1, 'sms')",
            values: [person.phone],
          },
        ]);
      }
      nowMs += 6 * minute + (reason === "TOO_LATE" ? 16 * minute : 0);
      await claimDue(deps);
      expect(await deliver()).toBe(0);
      expect(await list()).toEqual([`failed: ${reason}`]);
      expect(twilio.sent.filter((sms) => sms.includes("did not take place"))).toHaveLength(1);
      expect(twilio.sent.at(-1)).toContain(words);
      expect(givenBack).toContain(input.payment_intent_id);
    },
  );

  test("a dial that nobody answered for may ring all the same: nothing is told and no money moves until it is known", async () => {
    const { input } = await schedule(6 * minute);
    twilio.isAway = true;
    nowMs += 6 * minute;
    await claimDue(deps);
    await deliver();
    expect(await list()).toEqual(["started"]);
    expect([twilio.sent, givenBack]).toEqual([[], []]);
    // The carrier never speaks of it: after a while the sweep ends the call, and its person is told once.
    await deps.database.transact({ kind: "system" }, [
      {
        text: "update calls set created_at = now() - interval '10 minutes' where user_id = $1",
        values: [person.actor.userId],
      },
    ]);
    for (let tick = 0; tick < 3; tick += 1) await sweep(deps);
    expect(await list()).toEqual(["failed: TWILIO_ERROR"]);
    expect(twilio.sent.filter((sms) => sms.includes("did not take place"))).toHaveLength(1);
    expect(givenBack).toContain(input.payment_intent_id);
  });

  test("a reminder that comes twice is sent once, also when the first was not answered for", async () => {
    await schedule(6 * minute);
    nowMs += 30_000;
    await claimDue(deps);
    const reminders = queued.filter(({ body }) => body.do === "remind");
    queued.push(...reminders);
    twilio.isMute = true;
    expect(await deliver("remind")).toBe(0);
    expect(twilio.sent).toHaveLength(1);
  });

  test("a fault of ours is tried again, not told", async () => {
    await schedule(6 * minute);
    nowMs += 6 * minute;
    await claimDue(deps);
    const whole = deps.database;
    deps.database = { ...whole, transact: () => Promise.reject(new Failure("SERVICE_UNAVAILABLE", "down")) };
    expect(await deliver()).toBe(1);
    deps.database = whole;
    expect(await list()).toEqual(["starting"]);
    expect(twilio.sent).toEqual([]);
  });

  test("a task that failed to the last raises an alarm and is begun anew by the cron", async () => {
    await schedule(6 * minute);
    nowMs += 6 * minute;
    await claimDue(deps);
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    const dead = queued.splice(0).map(({ body }) => ({ body, ack: vi.fn() }));
    tellOfDead(dead);
    expect(lines.mock.calls.join()).toContain("alarm: a scheduled task failed to the last");
    lines.mockRestore();
    expect(dead.every(({ ack }) => ack.mock.calls.length === 1)).toBe(true);
    nowMs += 2 * minute;
    await claimDue(deps);
    await deliver();
    expect(twilio.dialled).toHaveLength(1);
  });
});

describe("the hold of a far call", () => {
  test("is given back, and placed anew the day before", async () => {
    const { input } = await schedule(20 * day);
    await sweep(deps);
    expect(givenBack).toEqual([input.payment_intent_id]);
    nowMs += 18 * day;
    await sweep(deps);
    expect(await list()).toEqual(["scheduled"]);
    nowMs += day + minute;
    await Promise.all([sweep(deps), sweep(deps)]);
    nowMs += day - minute;
    await claimDue(deps);
    await deliver();
    expect(twilio.dialled).toHaveLength(1);
    expect(await list()).toEqual(["started"]);
  });

  test("stays where it lives long enough", async () => {
    await schedule(4 * day);
    await sweep(deps);
    expect(givenBack).toEqual([]);
  });

  test("that the card does not give again ends the schedule, and its person is told once", async () => {
    await schedule(20 * day);
    await sweep(deps);
    renewals = () => Promise.reject(new Failure("CARD_DECLINED", "no"));
    nowMs += 19 * day + hour;
    await sweep(deps);
    await sweep(deps);
    expect(await list()).toEqual(["failed: CARD_DECLINED"]);
    expect(twilio.sent.filter((sms) => sms.includes("declined"))).toHaveLength(1);
  });

  test("that could not be placed until its time is over ends the schedule, with no reminder", async () => {
    await schedule(20 * day);
    await sweep(deps);
    renewals = () => Promise.reject(new Failure("STRIPE_ERROR", "away"));
    nowMs += 20 * day + minute;
    await sweep(deps);
    expect(await list()).toEqual(["failed: PAYMENT_FAILED"]);
    expect(queued).toEqual([]);
  });

  test("is asked for with the same request again, and it is the same schedule", async () => {
    const { id, input } = await schedule(20 * day);
    await sweep(deps);
    expect((await scheduleCall(deps, context(), input, null)).scheduled_call.id).toBe(id);
  });

  test("is asked for again, under the same id, while Stripe does not answer", async () => {
    await schedule(20 * day);
    await sweep(deps);
    const asked: string[] = [];
    renewals = async (paymentId) => {
      asked.push(paymentId);
      if (asked.length < 3) throw new Failure("STRIPE_ERROR", "away");
      return placeHold(paymentId);
    };
    nowMs += 19 * day + hour;
    for (let tick = 0; tick < 3; tick += 1) await sweep(deps);
    expect(new Set(asked).size).toBe(1);
    expect(await list()).toEqual(["scheduled"]);
  });
});
