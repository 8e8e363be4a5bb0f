// A call from the wish to the settlement, by what Twilio and the voice pipeline tell of it.
import type { CallToPrepare } from "@callmeback/shared/contract/voice";
import { validateRequest } from "twilio/lib/webhooks/webhooks.js";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { signatureOf } from "../../../sandbox/src/twilio/signature.ts";
import { at, type CallWorld, ended, openCallWorld, report } from "../../../tests/fixtures/call-world.ts";
import { addHold, addPerson, addPersona } from "../../../tests/fixtures/people.ts";
import { startTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.ts";
import { getCall } from "./call-detail.ts";
import { createCall } from "./create-call.ts";
import { sha256 } from "./fingerprint.ts";
import { recordProgress } from "./progress.ts";
import { listCalls } from "./read-calls.ts";
import { settleOwed } from "./settle-owed.ts";
import { readUsage } from "./usage.ts";
import { answerCall, openSession, prepareCall, recordJournal } from "./voice-session.ts";

let database: TestDatabase;
let world: CallWorld;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  world = await openCallWorld(database);
});

describe("the straight path", () => {
  test("the session tells how the persona met silence and machines when the call was made", async () => {
    await world.makePersona("silence_seconds = 20, leaves_machines = false");
    const call = await world.place();
    await world.makePersona("silence_seconds = 5, leaves_machines = true");
    const { opened } = await world.connect(call);
    expect(opened.session.persona).toMatchObject({ silence_seconds: 20, leaves_machines: false });
  });

  test("the session of a call that was made before personas had the choice has the usual", async () => {
    const call = await world.place();
    await world.rows(
      "update calls set persona = persona - 'silence_seconds' - 'leaves_machines' where id = $1",
      [call.id],
    );
    const { opened } = await world.connect(call);
    expect(opened.session.persona).toMatchObject({ silence_seconds: 8, leaves_machines: true });
  });

  test("answer, stream, journal, goodbye, both reports: priced to the cent and settled once", async () => {
    const call = await world.place(265);
    expect(world.twilio.dialled).toMatchObject([{ to: world.person.phone, timeLimitSeconds: 360 }]);
    await recordProgress(world.deps, call.id, report(call.sid, "ringing"));
    const { opened } = await world.connect(call);
    expect(opened.session.persona).toMatchObject({ name: "Luna", voice_id: "21m00Tcm4TlvDq8ikWAM" });
    expect(opened.session.limits.max_seconds).toBe(360);
    const turn = {
      seq: 1,
      at,
      type: "turn" as const,
      speaker: "caller" as const,
      text: "Hello Luna",
      started_at: at,
      ended_at: at,
      interrupted: false,
      latency: null,
    };
    expect(await recordJournal(world.deps, call.id, [turn, ended(2)])).toMatchObject({
      acknowledged: 2,
      ended: false,
    });
    await recordProgress(world.deps, call.id, report(call.sid, "completed", { durationSeconds: 330 }));
    await settleOwed(world.deps, call.id);
    await settleOwed(world.deps, call.id);
    expect(world.settlements).toEqual([{ paymentIntentId: call.paymentIntent, captureCents: 245 }]);
    const { call: receipt } = await getCall(world.deps, world.context(), call.id);
    expect(receipt).toMatchObject({
      status: "completed",
      end_reason: "persona_goodbye",
      fault: "none",
      duration: 330,
      cost: 2.45,
      transcript: "You: Hello Luna",
      costs: [
        { provider: "twilio", quantity: 330, unit: "seconds", cost: 0.108 },
        { provider: "deepgram", quantity: 60, unit: "seconds", cost: 0.0077 },
        { provider: "llm", quantity: 15, unit: "tokens", cost: 0.000005 },
        { provider: "elevenlabs", quantity: 99, unit: "characters", cost: 0.00495 },
        { provider: "stripe", quantity: null, unit: "cents", cost: null },
      ],
    });
  });

  test("the reports in the other order, and doubled, end the call once", async () => {
    const call = await world.place();
    await world.connect(call);
    const completed = report(call.sid, "completed", { durationSeconds: 60 });
    expect((await recordProgress(world.deps, call.id, completed)).ended).toBe(false);
    expect((await recordProgress(world.deps, call.id, completed)).ended).toBe(false);
    expect(await recordJournal(world.deps, call.id, [ended(1)])).toMatchObject({ ended: true });
    expect(await recordJournal(world.deps, call.id, [ended(1)])).toMatchObject({
      acknowledged: 1,
      ended: false,
    });
    await settleOwed(world.deps, null);
    expect(world.settlements).toEqual([{ paymentIntentId: call.paymentIntent, captureCents: 65 }]);
  });

  test("a late 'ringing' does not take an answered call back", async () => {
    const call = await world.place();
    await world.connect(call);
    await recordProgress(world.deps, call.id, report(call.sid, "ringing"));
    expect((await getCall(world.deps, world.context(), call.id)).call.status).toBe("in-progress");
  });

  test("the price never exceeds the hold", async () => {
    const call = await world.place(65);
    await world.connect(call);
    await world.end(call, 75);
    expect((await world.seen(call)).cost).toBe(0.65);
  });
});

describe("what was used", () => {
  test("is summed by month on the world.person's own wall, months without a call included", async () => {
    const { userId } = world.person.actor;
    await world.rows("update users set time_zone = 'Pacific/Auckland' where id = $1", [userId], "auth");
    for (const seconds of [330, 60]) {
      const call = await world.place(265);
      await world.connect(call);
      await world.end(call, seconds);
      // One second before this month began in Auckland.
      if (seconds === 60) {
        await world.rows(
          `update calls set created_at = date_trunc('month', now() at time zone 'Pacific/Auckland')
            at time zone 'Pacific/Auckland' - interval '1 second' where id = $1`,
          [call.id],
        );
      }
    }
    const usage = await readUsage(world.deps, world.context(), 3);
    expect(usage).toMatchObject({ total_calls: 2, total_minutes: 7, total_spent: 3.1 });
    expect(usage.current_month).toEqual({ calls: 1, minutes: 6, spent: 2.45 });
    expect(usage.monthly_breakdown.map(({ calls }) => calls)).toEqual([1, 1, 0]);
    expect(usage.monthly_breakdown[0]?.month).toMatch(/^[A-Z][a-z]{2} 20\d\d$/);
  });
});

describe("a scenario", () => {
  const template = "01990000-0000-7000-8001-000000000002";
  const wish = async (more: object) => {
    const payment_intent_id = await addHold(database, world.person, 225);
    const input = {
      phone_number: world.person.phone,
      persona_id: world.personaId,
      payment_intent_id,
      ...more,
    };
    return createCall(world.deps, world.context(), input, null);
  };
  const faults = (asked: Promise<unknown>) =>
    asked.then(
      () => [],
      (error: { code?: string; detailsJson?: string }) => {
        expect(error).toMatchObject({ code: "VALIDATION_ERROR" });
        return JSON.parse(error.detailsJson ?? "").fields.map(({ path }: { path: string }) => path);
      },
    );

  test("is filled with the caller's values when the stream opens, and stays what it was", async () => {
    const variables = { who: "my sister {{topic}}", topic: "the money" };
    const { call } = await wish({ scenario_template_id: template, variables });
    const { opened } = await world.connect({ id: call.id, sid: call.sid ?? "" });
    expect(opened.session.scenario?.opening).toBe(
      "I'll be my sister {{topic}}. You wanted to talk to me about the money?",
    );
    expect(opened.session.persona.greeting).toBeNull();
  });

  test("without what it needs, or with what it does not know, makes no call", async () => {
    expect(
      await faults(wish({ scenario_template_id: template, variables: { who: "Ann", mood: "x" } })),
    ).toEqual(["variables.mood", "variables.topic"]);
    expect(await faults(wish({ scenario_template_id: crypto.randomUUID() }))).toEqual([
      "scenario_template_id",
    ]);
    expect(await faults(wish({ variables: { who: "Ann" } }))).toEqual(["variables.who"]);
    expect(
      (await listCalls(world.deps, world.context(), { page: 1, limit: 20, sort: "date_desc" })).calls,
    ).toEqual([]);
  });
});

describe("creation", () => {
  test("the same intent with the same body answers the same call, with another body a conflict", async () => {
    const call = await world.place();
    const again = await createCall(world.deps, world.context(), call.input, null);
    expect(again.call.id).toBe(call.id);
    expect(world.twilio.dialled).toHaveLength(1);
    const other = { ...call.input, call_pretext: "It is your birthday" };
    await expect(createCall(world.deps, world.context(), other, null)).rejects.toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
    });
  });

  test("a second call while one is alive is refused", async () => {
    const call = await world.place();
    await expect(world.place()).rejects.toMatchObject({ code: "CONCURRENT_CALLS" });
    await recordProgress(world.deps, call.id, report(call.sid, "busy"));
    await expect(world.place()).resolves.toMatchObject({ sid: expect.stringMatching(/^CA/) });
  });

  test("an intent that is not theirs, too small, spent or unknown; another phone; a persona they cannot see", async () => {
    const stranger = await addPerson(database);
    const own = await addHold(database, world.person, 225);
    const base = { phone_number: world.person.phone, persona_id: world.personaId, payment_intent_id: own };
    const refused = (input: typeof base, code: string) =>
      expect(createCall(world.deps, world.context(), input, null)).rejects.toMatchObject({ code });
    await refused({ ...base, payment_intent_id: await addHold(database, stranger, 225) }, "PAYMENT_REQUIRED");
    await refused({ ...base, payment_intent_id: "pi_unknown" }, "PAYMENT_REQUIRED");
    await refused(
      { ...base, payment_intent_id: await addHold(database, world.person, 64) },
      "PAYMENT_REQUIRED",
    );
    await refused({ ...base, phone_number: stranger.phone }, "PHONE_NOT_VERIFIED");
    await refused({ ...base, persona_id: await addPersona(database, stranger) }, "VALIDATION_ERROR");
    expect(world.twilio.dialled).toEqual([]);
    expect(
      (await listCalls(world.deps, world.context(), { page: 1, limit: 20, sort: "date_desc" })).calls,
    ).toEqual([]);
  });
});

describe("a call that rings", () => {
  test("is told to its voice process once, with all that its stream will show and need", async () => {
    const call = await world.place();
    const told: CallToPrepare[] = [];
    const voice = { ...world.deps.voice, prepare: async (each: CallToPrepare) => void told.push(each) };
    const ring = async () => {
      const { ringing } = await recordProgress(world.deps, call.id, report(call.sid, "ringing"));
      if (ringing) await prepareCall({ ...world.deps, voice }, ringing);
    };
    expect(
      (await recordProgress(world.deps, call.id, report(call.sid, "initiated"))).ringing,
    ).toBeUndefined();
    await Promise.all([ring(), ring()]);
    await ring();
    const { input, opened } = await world.connect(call);
    expect(told).toEqual([{ ...opened, stream_token_hash: await sha256(input.stream_token) }]);
    const isTwilios = (signature: string) => validateRequest("t", signature, world.deps.voice.streamUrl, {});
    expect(opened.stream_signatures.map(isTwilios)).toEqual([true, false]);
    expect(opened.stream_signatures[1]).toBe(signatureOf("t", `${world.deps.voice.streamUrl}/`, []));
  });

  test("is not made ready when the report comes after the answer, or is of another's", async () => {
    const call = await world.place();
    await answerCall(world.deps, call.id, call.sid);
    expect((await recordProgress(world.deps, call.id, report(call.sid, "ringing"))).ringing).toBeUndefined();
    await expect(recordProgress(world.deps, call.id, report("CAforeign", "ringing"))).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

describe("the stream's token", () => {
  test("opens one stream of one call, once, while it is fresh", async () => {
    const call = await world.place();
    const { input } = await world.connect(call);
    const refused = { code: "INVALID_STREAM_TOKEN" };
    await expect(openSession(world.deps, input)).rejects.toMatchObject(refused);
    const stranger = await addPerson(database);
    const other = await world.place(225, stranger, await addPersona(database, stranger));
    const token =
      /stream_token" value="([^"]+)"/.exec(await answerCall(world.deps, other.id, other.sid))?.[1] ?? "";
    await expect(openSession(world.deps, { ...input, stream_token: token })).rejects.toMatchObject(refused);
    await world.rows("update calls set stream_token_expires_at = now() where id = $1", [other.id]);
    const late = { ...input, call_id: other.id, call_sid: other.sid, stream_token: token };
    await expect(openSession(world.deps, late)).rejects.toMatchObject(refused);
  });

  test("an ended call is answered with a hang-up, an unknown one not at all", async () => {
    const call = await world.place();
    await recordProgress(world.deps, call.id, report(call.sid, "canceled"));
    expect(await answerCall(world.deps, call.id, call.sid)).toContain("<Hangup/>");
    await expect(answerCall(world.deps, crypto.randomUUID(), "CAx")).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});
