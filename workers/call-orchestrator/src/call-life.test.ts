import type { CallToPrepare } from "@callmeback/shared/contract/voice";
import type { Settlement } from "@callmeback/shared/rpc/billing";
import { validateRequest } from "twilio/lib/webhooks/webhooks.js";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { signatureOf } from "../../../sandbox/src/twilio/signature.ts";
import { callDeps, nobodysTwilio } from "../../../tests/fixtures/call-deps.ts";
import { addHold, addPerson, addPersona, type Person } from "../../../tests/fixtures/people.ts";
import { startTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.ts";
import { getCall } from "./call-detail.ts";
import { answeredBy, streamStatus } from "./carrier-notes.ts";
import { createCall } from "./create-call.ts";
import type { CallDeps } from "./env.ts";
import { sha256 } from "./fingerprint.ts";
import { type CarrierReport, recordProgress } from "./progress.ts";
import { listCalls } from "./read-calls.ts";
import { settleOwed } from "./settle-owed.ts";
import { receiveMessage } from "./suppressions.ts";
import { sweep } from "./sweep.ts";
import { type NewCall, Twilio, TwilioRefusal } from "./twilio.ts";
import { readUsage } from "./usage.ts";
import { answerCall, openSession, prepareCall, recordJournal } from "./voice-session.ts";

/** Twilio's REST side as a test sees it: what was dialled, and whether the next dial is refused. */
class DialledTwilio extends Twilio {
  dialled: NewCall[] = [];
  refuses = false;
  faultStatus: number | null = null;

  hungUp: string[] = [];

  override async endCall(sid: string) {
    this.hungUp.push(sid);
  }

  override async placeCall(call: NewCall) {
    if (this.faultStatus !== null) throw new TwilioRefusal(this.faultStatus, undefined, "Out of order");
    if (this.refuses) throw new TwilioRefusal(400, 21214, "To cannot be reached");
    this.dialled.push(call);
    return { sid: `CA${crypto.randomUUID().replaceAll("-", "")}`, status: "queued", duration: null };
  }
}

let database: TestDatabase;
let twilio: DialledTwilio;
let settlements: Settlement[];
let deps: CallDeps;
let person: Person;
let personaId: string;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

beforeEach(async () => {
  twilio = new DialledTwilio(nobodysTwilio);
  settlements = [];
  deps = callDeps(database, twilio, {
    settle: async (_context, settlement) => {
      settlements.push(settlement);
    },
    refreshHold: async () => {},
  });
  person = await addPerson(database);
  personaId = await addPersona(database, person);
});

const context = (who = person) => ({ actor: who.actor, requestId: "test-request" });

async function place(cents = 225, who = person) {
  const paymentIntent = await addHold(database, who, cents);
  const input = { phone_number: who.phone, persona_id: personaId, payment_intent_id: paymentIntent };
  const { call } = await createCall(deps, context(who), input, null);
  return { id: call.id, sid: call.sid ?? "", paymentIntent, input };
}

const report = (sid: string, status: string, more: Partial<CarrierReport> = {}): CarrierReport => ({
  sid,
  status,
  key: `0:${status}`,
  durationSeconds: null,
  sipResponseCode: null,
  at: new Date(),
  ...more,
});

const at = "2026-11-20T12:00:00.000Z";
const ended = (seq: number, fault: "none" | "provider" = "none") => ({
  seq,
  at,
  type: "ended" as const,
  end_reason: fault === "none" ? ("persona_goodbye" as const) : ("provider_error" as const),
  fault,
  usage: { speech_to_text_seconds: 60, llm_input_tokens: 10, llm_output_tokens: 5, speech_characters: 99 },
});

async function connect(call: { id: string; sid: string }) {
  const twiml = await answerCall(deps, call.id, call.sid);
  const token = /name="stream_token" value="([^"]+)"/.exec(twiml)?.[1] ?? "";
  const input = { call_id: call.id, call_sid: call.sid, stream_token: token, stream_sid: "MZ1", node: "n1" };
  return { input, opened: await openSession(deps, input) };
}

/** The persona that is called, other than it was made. */
const makePersona = (set: string) =>
  database
    .as("persona")
    .transact(person.actor, [{ text: `update personas set ${set} where id = $1`, values: [personaId] }]);

describe("the straight path", () => {
  test("the session tells how the persona met silence and machines when the call was made", async () => {
    await makePersona("silence_seconds = 20, leaves_machines = false");
    const call = await place();
    await makePersona("silence_seconds = 5, leaves_machines = true");
    const { opened } = await connect(call);
    expect(opened.session.persona).toMatchObject({ silence_seconds: 20, leaves_machines: false });
  });

  test("the session of a call that was made before personas had the choice has the usual", async () => {
    const call = await place();
    await database.as("calls").transact({ kind: "system" }, [
      {
        text: "update calls set persona = persona - 'silence_seconds' - 'leaves_machines' where id = $1",
        values: [call.id],
      },
    ]);
    const { opened } = await connect(call);
    expect(opened.session.persona).toMatchObject({ silence_seconds: 8, leaves_machines: true });
  });

  test("answer, stream, journal, goodbye, both reports: priced to the cent and settled once", async () => {
    const call = await place(265);
    expect(twilio.dialled).toMatchObject([{ to: person.phone, timeLimitSeconds: 360 }]);
    await recordProgress(deps, call.id, report(call.sid, "ringing"));
    const { opened } = await connect(call);
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
    expect(await recordJournal(deps, call.id, [turn, ended(2)])).toMatchObject({
      acknowledged: 2,
      ended: false,
    });
    await recordProgress(deps, call.id, report(call.sid, "completed", { durationSeconds: 330 }));
    await settleOwed(deps, call.id);
    await settleOwed(deps, call.id);
    expect(settlements).toEqual([{ paymentIntentId: call.paymentIntent, captureCents: 245 }]);
    const { call: receipt } = await getCall(deps, context(), call.id);
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
    const call = await place();
    await connect(call);
    const completed = report(call.sid, "completed", { durationSeconds: 60 });
    expect((await recordProgress(deps, call.id, completed)).ended).toBe(false);
    expect((await recordProgress(deps, call.id, completed)).ended).toBe(false);
    expect(await recordJournal(deps, call.id, [ended(1)])).toMatchObject({ ended: true });
    expect(await recordJournal(deps, call.id, [ended(1)])).toMatchObject({ acknowledged: 1, ended: false });
    await settleOwed(deps, null);
    expect(settlements).toEqual([{ paymentIntentId: call.paymentIntent, captureCents: 65 }]);
  });

  test("a late 'ringing' does not take an answered call back", async () => {
    const call = await place();
    await connect(call);
    await recordProgress(deps, call.id, report(call.sid, "ringing"));
    expect((await getCall(deps, context(), call.id)).call.status).toBe("in-progress");
  });

  test("the price never exceeds the hold", async () => {
    const call = await place(65);
    await connect(call);
    await recordJournal(deps, call.id, [ended(1)]);
    await recordProgress(deps, call.id, report(call.sid, "completed", { durationSeconds: 75 }));
    expect((await getCall(deps, context(), call.id)).call.cost).toBe(0.65);
  });
});

describe("the gate", () => {
  const refusals = async () =>
    (
      await database
        .as("calls")
        .transact(person.actor, [{ text: "select reasons from gate_refusals", values: [] }])
    )[0]?.map(({ reasons }) => reasons);
  const blocked = (reasons: string[]) => ({ code: "CALL_BLOCKED", detailsJson: JSON.stringify({ reasons }) });

  test("keeps with the call the facts under which it let it through", async () => {
    const call = await place();
    const [[kept]] = (await database
      .as("calls")
      .transact(person.actor, [{ text: "select gate from calls where id = $1", values: [call.id] }])) as [
      [{ gate: unknown }],
    ];
    expect(kept.gate).toMatchObject({ allowed: true, facts: { number_kind: "ordinary", has_consent: true } });
  });

  test("refuses who asked not to be called, by any way, until they take it back; and keeps the refusal", async () => {
    await receiveMessage(deps, person.phone, " Stop. ");
    await expect(place()).rejects.toMatchObject(blocked(["suppressed"]));
    expect(await refusals()).toEqual([["suppressed"]]);
    expect(twilio.dialled).toEqual([]);
    await receiveMessage(deps, person.phone, "hello?");
    await expect(place()).rejects.toMatchObject(blocked(["suppressed"]));
    await receiveMessage(deps, person.phone, "START");
    await expect(place()).resolves.toBeDefined();
  });

  test("holds a wish that was spoken in a call, once, also when the journal comes again", async () => {
    const call = await place();
    await connect(call);
    const wish = {
      seq: 1,
      at,
      type: "opt_out" as const,
      source: "spoken" as const,
      evidence: "stop calling me",
    };
    await recordJournal(deps, call.id, [wish, ended(2)]);
    await recordProgress(deps, call.id, report(call.sid, "completed", { durationSeconds: 5 }));
    await expect(place()).rejects.toMatchObject(blocked(["suppressed"]));
    await receiveMessage(deps, person.phone, "start");
    await recordJournal(deps, call.id, [wish, ended(2)]);
    await expect(place()).resolves.toBeDefined();
  });

  test("refuses without consent, and numbers that cost a fortune", async () => {
    const change = (text: string, values: string[]) =>
      database.as("auth").transact({ kind: "system" }, [{ text, values }]);
    await change("update users set phone = $2 where id = $1", [person.actor.userId, "+19005550123"]);
    await expect(place(225, { ...person, phone: "+19005550123" })).rejects.toMatchObject(
      blocked(["premium_number"]),
    );
    expect(await refusals()).toEqual([["premium_number"]]);
  });
});

describe("what was used", () => {
  test("is summed by month on the person's own wall, months without a call included", async () => {
    const change = (worker: "auth" | "calls", text: string, values: string[]) =>
      database.as(worker).transact({ kind: "system" }, [{ text, values }]);
    await change("auth", "update users set time_zone = 'Pacific/Auckland' where id = $1", [
      person.actor.userId,
    ]);
    for (const seconds of [330, 60]) {
      const call = await place(265);
      await connect(call);
      await recordJournal(deps, call.id, [ended(1)]);
      await recordProgress(deps, call.id, report(call.sid, "completed", { durationSeconds: seconds }));
      // One second before this month began in Auckland.
      if (seconds === 60) {
        await change(
          "calls",
          `update calls set created_at = date_trunc('month', now() at time zone 'Pacific/Auckland')
            at time zone 'Pacific/Auckland' - interval '1 second' where id = $1`,
          [call.id],
        );
      }
    }
    const usage = await readUsage(deps, context(), 3);
    expect(usage).toMatchObject({ total_calls: 2, total_minutes: 7, total_spent: 3.1 });
    expect(usage.current_month).toEqual({ calls: 1, minutes: 6, spent: 2.45 });
    expect(usage.monthly_breakdown.map(({ calls }) => calls)).toEqual([1, 1, 0]);
    expect(usage.monthly_breakdown[0]?.month).toMatch(/^[A-Z][a-z]{2} 20\d\d$/);
  });
});

describe("a scenario", () => {
  const template = "01990000-0000-7000-8001-000000000002";
  const wish = async (more: object) => {
    const payment_intent_id = await addHold(database, person, 225);
    const input = { phone_number: person.phone, persona_id: personaId, payment_intent_id, ...more };
    return createCall(deps, context(), input, null);
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
    const { opened } = await connect({ id: call.id, sid: call.sid ?? "" });
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
    expect((await listCalls(deps, context(), { page: 1, limit: 20, sort: "date_desc" })).calls).toEqual([]);
  });
});

describe("calls that cost nothing", () => {
  test.each([
    ["busy", null, "busy", "callee", "failed"],
    ["busy", "603", "declined", "callee", "failed"],
    ["no-answer", null, "no_answer", "callee", "failed"],
    ["failed", null, "carrier_error", "carrier", "failed"],
    ["canceled", null, "canceled_by_user", "none", "canceled"],
  ])("%s (%s) ends as %s", async (carrier, sipResponseCode, end_reason, fault, status) => {
    const call = await place();
    await recordProgress(deps, call.id, report(call.sid, carrier, { sipResponseCode, durationSeconds: 0 }));
    await settleOwed(deps, call.id);
    expect(settlements).toEqual([{ paymentIntentId: call.paymentIntent, captureCents: 0 }]);
    const { call: seen } = await getCall(deps, context(), call.id);
    expect(seen).toMatchObject({ end_reason, fault, status, cost: 0, duration: 0 });
  });

  test("a fault of Twilio's own ends nothing: the phone may be ringing", async () => {
    twilio.faultStatus = 503;
    await expect(place()).rejects.toMatchObject({ code: "TWILIO_ERROR" });
    expect(settlements).toEqual([]);
    const { calls } = await listCalls(deps, context(), { page: 1, limit: 20, sort: "date_desc" });
    expect(calls).toMatchObject([{ status: "initiated", end_reason: null }]);
  });

  test("Twilio's refusal ends the call as failed and releases the hold", async () => {
    twilio.refuses = true;
    await expect(place()).rejects.toMatchObject({ code: "TWILIO_ERROR" });
    expect(settlements).toMatchObject([{ captureCents: 0 }]);
    const { calls } = await listCalls(deps, context(), { page: 1, limit: 20, sort: "date_desc" });
    expect(calls).toMatchObject([{ status: "failed", end_reason: "carrier_error", cost: 0, sid: null }]);
  });

  test.each([
    [2, "caller_hangup", "callee", "completed"],
    [9, "internal_error", "us", "failed"],
  ])("answered for %i s without a stream ends as %s", async (durationSeconds, end_reason, fault, status) => {
    const call = await place();
    await answerCall(deps, call.id, call.sid);
    await recordProgress(deps, call.id, report(call.sid, "completed", { durationSeconds }));
    const { call: seen } = await getCall(deps, context(), call.id);
    expect(seen).toMatchObject({ end_reason, fault, status, cost: 0, duration: durationSeconds });
  });

  test.each([
    ["machine_start", "voicemail", 0],
    ["fax", "voicemail", 0],
    ["human", "persona_goodbye", 0.65],
    ["unknown", "persona_goodbye", 0.65],
  ])("answered by %s ends as %s", async (who, end_reason, cost) => {
    const call = await place();
    await connect(call);
    await answeredBy(deps, call.id, call.sid, who);
    await answeredBy(deps, call.id, call.sid, who);
    await recordJournal(deps, call.id, [ended(1)]);
    await recordProgress(deps, call.id, report(call.sid, "completed", { durationSeconds: 60 }));
    const { call: seen } = await getCall(deps, context(), call.id);
    expect(seen).toMatchObject({ end_reason, cost, status: "completed" });
    expect(new Set(twilio.hungUp)).toEqual(new Set(cost === 0 ? [call.sid] : []));
  });

  test.each([
    ["machine_start", "persona_goodbye", 0.65],
    ["fax", "voicemail", 0],
  ])("for a persona that speaks to machines, answered by %s ends as %s", async (who, end_reason, cost) => {
    await makePersona("leaves_machines = false");
    const call = await place();
    await connect(call);
    await answeredBy(deps, call.id, call.sid, who);
    await recordJournal(deps, call.id, [ended(1)]);
    await recordProgress(deps, call.id, report(call.sid, "completed", { durationSeconds: 60 }));
    const { call: seen } = await getCall(deps, context(), call.id);
    expect(seen).toMatchObject({ end_reason, cost });
    expect(twilio.hungUp).toEqual(cost === 0 ? [call.sid] : []);
  });

  test("what became of a stream is kept once, for a call that is known", async () => {
    const call = await place();
    const told = { CallSid: call.sid, StreamSid: "MZ1", StreamEvent: "stream-error", StreamError: "lost" };
    await streamStatus(deps, call.id, told);
    await streamStatus(deps, call.id, told);
    const [events] = await database
      .as("calls")
      .transact(person.actor, [
        { text: "select type, payload from call_events where call_id = $1", values: [call.id] },
      ]);
    expect(events).toEqual([{ type: "stream-error", payload: { stream_sid: "MZ1", error: "lost" } }]);
    const foreign = streamStatus(deps, call.id, { ...told, CallSid: "CAforeign" });
    await expect(foreign).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("a provider's fault is not charged", async () => {
    const call = await place();
    await connect(call);
    await recordJournal(deps, call.id, [ended(1, "provider")]);
    await recordProgress(deps, call.id, report(call.sid, "completed", { durationSeconds: 60 }));
    const { call: seen } = await getCall(deps, context(), call.id);
    expect(seen).toMatchObject({ status: "failed", fault: "provider", cost: 0, duration: 60 });
  });

  test("a pipeline that never reports is our fault, once the grace is over", async () => {
    const call = await place();
    await connect(call);
    await recordProgress(deps, call.id, report(call.sid, "completed", { durationSeconds: 60 }));
    await sweep(deps);
    expect((await getCall(deps, context(), call.id)).call.status).toBe("in-progress");
    await database.as("calls").transact({ kind: "system" }, [
      {
        text: "update calls set carrier_ended_at = now() - interval '1 minute' where id = $1",
        values: [call.id],
      },
    ]);
    await sweep(deps);
    const { call: seen } = await getCall(deps, context(), call.id);
    expect(seen).toMatchObject({ status: "failed", end_reason: "node_lost", fault: "us", cost: 0 });
  });
});

describe("creation", () => {
  test("the same intent with the same body answers the same call, with another body a conflict", async () => {
    const call = await place();
    const again = await createCall(deps, context(), call.input, null);
    expect(again.call.id).toBe(call.id);
    expect(twilio.dialled).toHaveLength(1);
    const other = { ...call.input, call_pretext: "It is your birthday" };
    await expect(createCall(deps, context(), other, null)).rejects.toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
    });
  });

  test("a second call while one is alive is refused", async () => {
    const call = await place();
    await expect(place()).rejects.toMatchObject({ code: "CONCURRENT_CALLS" });
    await recordProgress(deps, call.id, report(call.sid, "busy"));
    await expect(place()).resolves.toMatchObject({ sid: expect.stringMatching(/^CA/) });
  });

  test("an intent that is not theirs, too small, spent or unknown; another phone; a persona they cannot see", async () => {
    const stranger = await addPerson(database);
    const own = await addHold(database, person, 225);
    const base = { phone_number: person.phone, persona_id: personaId, payment_intent_id: own };
    const refused = (input: typeof base, code: string) =>
      expect(createCall(deps, context(), input, null)).rejects.toMatchObject({ code });
    await refused({ ...base, payment_intent_id: await addHold(database, stranger, 225) }, "PAYMENT_REQUIRED");
    await refused({ ...base, payment_intent_id: "pi_unknown" }, "PAYMENT_REQUIRED");
    await refused({ ...base, payment_intent_id: await addHold(database, person, 64) }, "PAYMENT_REQUIRED");
    await refused({ ...base, phone_number: stranger.phone }, "PHONE_NOT_VERIFIED");
    await refused({ ...base, persona_id: await addPersona(database, stranger) }, "VALIDATION_ERROR");
    expect(twilio.dialled).toEqual([]);
    expect((await listCalls(deps, context(), { page: 1, limit: 20, sort: "date_desc" })).calls).toEqual([]);
  });
});

describe("a call that rings", () => {
  test("is told to its voice process once, with all that its stream will show and need", async () => {
    const call = await place();
    const told: CallToPrepare[] = [];
    const voice = { ...deps.voice, prepare: async (each: CallToPrepare) => void told.push(each) };
    const ring = async () => {
      const { ringing } = await recordProgress(deps, call.id, report(call.sid, "ringing"));
      if (ringing) await prepareCall({ ...deps, voice }, ringing);
    };
    expect((await recordProgress(deps, call.id, report(call.sid, "initiated"))).ringing).toBeUndefined();
    await Promise.all([ring(), ring()]);
    await ring();
    const { input, opened } = await connect(call);
    expect(told).toEqual([{ ...opened, stream_token_hash: await sha256(input.stream_token) }]);
    const isTwilios = (signature: string) => validateRequest("t", signature, deps.voice.streamUrl, {});
    expect(opened.stream_signatures.map(isTwilios)).toEqual([true, false]);
    expect(opened.stream_signatures[1]).toBe(signatureOf("t", `${deps.voice.streamUrl}/`, []));
  });

  test("is not made ready when the report comes after the answer, or is of another's", async () => {
    const call = await place();
    await answerCall(deps, call.id, call.sid);
    expect((await recordProgress(deps, call.id, report(call.sid, "ringing"))).ringing).toBeUndefined();
    await expect(recordProgress(deps, call.id, report("CAforeign", "ringing"))).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

describe("the stream's token", () => {
  test("opens one stream of one call, once, while it is fresh", async () => {
    const call = await place();
    const { input } = await connect(call);
    const refused = { code: "INVALID_STREAM_TOKEN" };
    await expect(openSession(deps, input)).rejects.toMatchObject(refused);
    const stranger = await addPerson(database);
    personaId = await addPersona(database, stranger);
    const other = await place(225, stranger);
    const token =
      /stream_token" value="([^"]+)"/.exec(await answerCall(deps, other.id, other.sid))?.[1] ?? "";
    await expect(openSession(deps, { ...input, stream_token: token })).rejects.toMatchObject(refused);
    await database
      .as("calls")
      .transact({ kind: "system" }, [
        { text: "update calls set stream_token_expires_at = now() where id = $1", values: [other.id] },
      ]);
    const late = { ...input, call_id: other.id, call_sid: other.sid, stream_token: token };
    await expect(openSession(deps, late)).rejects.toMatchObject(refused);
  });

  test("an ended call is answered with a hang-up, an unknown one not at all", async () => {
    const call = await place();
    await recordProgress(deps, call.id, report(call.sid, "canceled"));
    expect(await answerCall(deps, call.id, call.sid)).toContain("<Hangup/>");
    await expect(answerCall(deps, crypto.randomUUID(), "CAx")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
