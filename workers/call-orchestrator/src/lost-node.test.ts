// A call whose voice process never took it, died, or never reported: it ends, as ours, within the minute, and costs nothing.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type CallWorld, ended, openCallWorld, report } from "../../../tests/fixtures/call-world.ts";
import { startTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.ts";
import { afterStream } from "./after-stream.ts";
import { concludeLater } from "./conclude-later.ts";
import { recordProgress } from "./progress.ts";
import { takeTask } from "./schedule/take-task.ts";
import { answerCall, openSession, recordJournal } from "./voice-session.ts";

let database: TestDatabase;
let world: CallWorld;
let call: { id: string; sid: string };
let token: string;
let queued: unknown[];

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

beforeEach(async () => {
  queued = [];
  world = await openCallWorld(database, {
    queue: { sendBatch: async (messages) => queued.push(...messages) },
  });
  call = await world.place();
  const twiml = await answerCall(world.deps, call.id, call.sid);
  token = /name="stream_token" value="([^"]+)"/.exec(twiml)?.[1] ?? "";
});

const seen = () => world.seen(call);
const opened = () =>
  openSession(world.deps, {
    call_id: call.id,
    call_sid: call.sid,
    stream_token: token,
    stream_sid: "MZ1",
    node: "n1",
  });
const hungUp = (secondsAgo: number, durationSeconds: number) =>
  recordProgress(
    world.deps,
    call.id,
    report(call.sid, "completed", { durationSeconds, at: new Date(Date.now() - secondsAgo * 1_000) }),
  );
const reported = (end_reason: "persona_goodbye" | "node_lost", fault: "none" | "us") =>
  recordJournal(world.deps, call.id, [ended(1, { end_reason, fault })]);

test("the answer tells Twilio where to ask when the stream is over and the call is not", async () => {
  expect(await answerCall(world.deps, call.id, call.sid)).toContain(
    `<Connect action="http://gateway.test/api/voice/after-stream?call_id=${call.id}"><Stream `,
  );
});

test("whom no voice process could take is told that all lines are busy, at once, and pays nothing", async () => {
  expect(await afterStream(world.deps, call.id, call.sid)).toMatch(
    /<Say>.*busy.*not charged.*<\/Say><Hangup\/>/,
  );
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
  expect(await afterStream(world.deps, call.id, call.sid)).toMatch(/<Say>.*our fault.*nothing.*<\/Say>/);
  await reported("node_lost", "us");
  expect(await afterStream(world.deps, call.id, call.sid)).toMatch(/<Say>.*our fault/);
  await hungUp(0, 30);
  expect(await seen()).toMatchObject({ status: "failed", end_reason: "node_lost", cost: 0 });
});

test("who heard the goodbye is told nothing more, nor who called the call off", async () => {
  await opened();
  await reported("persona_goodbye", "none");
  expect(await afterStream(world.deps, call.id, call.sid)).toBe(
    '<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>',
  );
  await expect(afterStream(world.deps, call.id, "CAforeign")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a report that never comes is waited for, and not longer than its grace; then the call is settled as ours", async () => {
  await opened();
  await hungUp(0, 30);
  await concludeLater(world.deps, call.id);
  expect(queued).toEqual([{ body: { do: "conclude", id: call.id }, delaySeconds: 46 }]);
  const message = {
    body: { do: "conclude", id: call.id },
    ack: () => {},
    retry: () => expect.fail("It is done."),
  };
  await takeTask(world.deps, message);
  expect(await seen()).toMatchObject({ status: "in-progress", end_reason: null });

  await world.rows(
    "update calls set carrier_ended_at = carrier_ended_at - interval '46 seconds' where id = $1",
    [call.id],
  );
  await takeTask(world.deps, message);
  await takeTask(world.deps, message);
  expect(await seen()).toMatchObject({ status: "failed", end_reason: "node_lost", fault: "us", cost: 0 });
  expect(world.settlements).toMatchObject([{ captureCents: 0 }]);
});
