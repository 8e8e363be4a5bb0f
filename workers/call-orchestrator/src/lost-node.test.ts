// A call whose voice process never took it, died, or never reported: it ends, as ours, within the minute, and costs nothing.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { callDeps, nobodysTwilio } from "../../../tests/fixtures/call-deps.ts";
import { addHold, addPerson, addPersona, type Person } from "../../../tests/fixtures/people.ts";
import { startTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.ts";
import { afterStream } from "./after-stream.ts";
import { getCall } from "./call-detail.ts";
import { concludeLater } from "./conclude-later.ts";
import { createCall } from "./create-call.ts";
import type { CallDeps } from "./env.ts";
import { recordProgress } from "./progress.ts";
import { takeTask } from "./schedule/take-task.ts";
import { Twilio } from "./twilio.ts";
import { answerCall, openSession, recordJournal } from "./voice-session.ts";

class WillingTwilio extends Twilio {
  override async placeCall() {
    return { sid: `CA${crypto.randomUUID().replaceAll("-", "")}`, status: "queued", duration: null };
  }
}

let database: TestDatabase;
let deps: CallDeps;
let person: Person;
let call: { id: string; sid: string };
let token: string;
let settled: number[];
let queued: unknown[];

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

beforeEach(async () => {
  [settled, queued] = [[], []];
  deps = callDeps(
    database,
    new WillingTwilio(nobodysTwilio),
    {
      settle: async (_context, { captureCents }) => {
        settled.push(captureCents);
      },
      refreshHold: async () => {},
    },
    { queue: { sendBatch: async (messages) => queued.push(...messages) } },
  );
  person = await addPerson(database);
  const persona_id = await addPersona(database, person);
  const payment_intent_id = await addHold(database, person, 225);
  const wish = { phone_number: person.phone, persona_id, payment_intent_id };
  const placed = await createCall(deps, { actor: person.actor, requestId: "r" }, wish, null);
  call = { id: placed.call.id, sid: placed.call.sid ?? "" };
  const twiml = await answerCall(deps, call.id, call.sid);
  token = /name="stream_token" value="([^"]+)"/.exec(twiml)?.[1] ?? "";
});

const seen = async () => (await getCall(deps, { actor: person.actor, requestId: "r" }, call.id)).call;
const opened = () =>
  openSession(deps, {
    call_id: call.id,
    call_sid: call.sid,
    stream_token: token,
    stream_sid: "MZ1",
    node: "n1",
  });
const hungUp = (secondsAgo: number, durationSeconds: number) =>
  recordProgress(deps, call.id, {
    sid: call.sid,
    status: "completed",
    key: "2:completed",
    durationSeconds,
    sipResponseCode: null,
    at: new Date(Date.now() - secondsAgo * 1_000),
  });
const reported = (end_reason: "persona_goodbye" | "node_lost", fault: "none" | "us") =>
  recordJournal(deps, call.id, [
    {
      seq: 1,
      at: "2026-11-20T12:00:00.000Z",
      type: "ended",
      end_reason,
      fault,
      usage: { speech_to_text_seconds: 0, llm_input_tokens: 0, llm_output_tokens: 0, speech_characters: 0 },
    },
  ]);

test("the answer tells Twilio where to ask when the stream is over and the call is not", async () => {
  expect(await answerCall(deps, call.id, call.sid)).toContain(
    `<Connect action="http://gateway.test/api/voice/after-stream?call_id=${call.id}"><Stream `,
  );
});

test("whom no voice process could take is told that all lines are busy, at once, and pays nothing", async () => {
  expect(await afterStream(deps, call.id, call.sid)).toMatch(/<Say>.*busy.*not charged.*<\/Say><Hangup\/>/);
  await expect(opened()).rejects.toMatchObject({ code: "INVALID_STREAM_TOKEN" });
  expect((await hungUp(0, 2)).ended).toBe(true);
  expect(await seen()).toMatchObject({
    status: "failed",
    end_reason: "no_capacity",
    fault: "us",
    cost: 0,
    error_message: expect.stringContaining("busy"),
  });
});

test("whose line broke is told that it was our fault, and that it costs nothing", async () => {
  await opened();
  expect(await afterStream(deps, call.id, call.sid)).toMatch(/<Say>.*our fault.*nothing.*<\/Say>/);
  await reported("node_lost", "us");
  expect(await afterStream(deps, call.id, call.sid)).toMatch(/<Say>.*our fault/);
  await hungUp(0, 30);
  expect(await seen()).toMatchObject({ status: "failed", end_reason: "node_lost", cost: 0 });
});

test("who heard the goodbye is told nothing more, nor who called the call off", async () => {
  await opened();
  await reported("persona_goodbye", "none");
  expect(await afterStream(deps, call.id, call.sid)).toBe(
    '<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>',
  );
  await expect(afterStream(deps, call.id, "CAforeign")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a report that never comes is waited for, and not longer than its grace; then the call is settled as ours", async () => {
  await opened();
  await hungUp(0, 30);
  await concludeLater(deps, call.id);
  expect(queued).toEqual([{ body: { do: "conclude", id: call.id }, delaySeconds: 46 }]);
  const message = { body: { do: "conclude", id: call.id }, ack: () => {}, retry: () => settled.push(-1) };
  await takeTask(deps, message);
  expect(await seen()).toMatchObject({ status: "in-progress", end_reason: null });

  await database.as("calls").transact({ kind: "system" }, [
    {
      text: "update calls set carrier_ended_at = carrier_ended_at - interval '46 seconds' where id = $1",
      values: [call.id],
    },
  ]);
  await takeTask(deps, message);
  await takeTask(deps, message);
  expect(await seen()).toMatchObject({ status: "failed", end_reason: "node_lost", fault: "us", cost: 0 });
  expect(settled).toEqual([0]);
});
