// What this Worker keeps of a person: taken along with every word, and erased when they leave. A call's row stays for the
// books of its payment, and says nothing of who it was or what was said.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import { dollars } from "@callmeback/shared/domain/pricing";
import { system, type UserContext } from "@callmeback/shared/rpc/context";
import { rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "./env.ts";
import { endCall } from "./hang-up.ts";
import { lengthsOf, presentRecording } from "./recording/play.ts";
import { presentScheduled, scheduledColumns, scheduledRow } from "./schedule/scheduled-row.ts";
import { openWords } from "./sealed-words.ts";

const nothing = z.object({});
const callRow = z.object({
  id: z.string(),
  persona_name: z.string(),
  phone_number: z.string().nullable(),
  status: z.string(),
  end_reason: z.string().nullable(),
  created_at: z.string(),
  duration_seconds: z.int().nullable(),
  cost_cents: z.int().nullable(),
  sealed_words: z.string().nullable(),
});
const turnRow = z.object({
  call_id: z.string(),
  seq: z.int(),
  speaker: z.enum(["caller", "persona"]),
  encrypted_text: z.string(),
  started_at: z.string(),
});

export async function exportCalls(
  { database, cipher }: CallDeps,
  { actor }: UserContext,
): Promise<RouteOutput<Contract["exportAccount"]>["calls"]> {
  const [calls, turns, scheduled, recordings] = await transact(
    database,
    actor,
    rows(callRow)`
      select id, persona->>'name' as persona_name, phone_number, status, end_reason, created_at, duration_seconds, cost_cents,
        sealed_words
      from calls where user_id = app.user_id() order by created_at`,
    rows(turnRow)`
      select call_id, seq, speaker, encrypted_text, started_at from call_turns
      where user_id = app.user_id() order by call_id, seq`,
    rows(scheduledRow)`
      select ${scheduledColumns} from scheduled_calls s where s.user_id = app.user_id() order by s.scheduled_time`,
    lengthsOf(sql`select id from calls where user_id = app.user_id()`),
  );
  const opened = await Promise.all(
    turns.map(async ({ call_id, seq, speaker, encrypted_text, started_at }) => ({
      call_id,
      turn: { speaker, text: await cipher.open(call_id, seq, encrypted_text), started_at },
    })),
  );
  const lengths = new Map(recordings.map((length) => [length.call_id, length]));
  const byCall = Map.groupBy(opened, ({ call_id }) => call_id);
  const told = calls.map(async ({ duration_seconds, cost_cents, sealed_words, ...call }) => ({
    ...call,
    duration: duration_seconds,
    cost: cost_cents === null ? null : dollars(cost_cents),
    recording: presentRecording(lengths.get(call.id)),
    turns: (byCall.get(call.id) ?? []).map(({ turn }) => turn),
    ...(await openWords(cipher, call.id, sealed_words)),
  }));
  return {
    calls: await Promise.all(told),
    scheduled_calls: scheduled.map(presentScheduled),
  };
}

/** Safe to repeat. Errors: `SERVICE_UNAVAILABLE` while a call of theirs is still being ended. */
export async function eraseCalls(deps: CallDeps, userId: string): Promise<void> {
  const [alive] = await transact(
    deps.database,
    system,
    rows(z.object({ id: z.string() }))`
      select id from calls where user_id = ${userId} and status in ('initiated', 'ringing', 'in-progress')`,
    rows(nothing)`
      update scheduled_calls set status = 'cancelled' where user_id = ${userId} and status in ('scheduled', 'starting')`,
  );
  for (const { id } of alive) await endCall(deps, system, id, true);
  if (alive.length > 0)
    return fail("SERVICE_UNAVAILABLE", "A call is still being ended.", { retryAfter: 60 });
  await transact(
    deps.database,
    system,
    // Before their words: it waits for a journal that is just being taken, and the next one finds an erased call.
    rows(nothing)`
      update calls set phone_number = null, scenario = null, call_pretext = null, gate = null, twilio_sid = null,
        agent_log = null, sealed_words = null, persona = '{"name": "Erased"}', persona_id = null
      where user_id = ${userId}`,
    rows(nothing)`delete from call_turns where user_id = ${userId}`,
    rows(nothing)`delete from call_events where user_id = ${userId}`,
    rows(nothing)`delete from call_recordings where user_id = ${userId}`,
    rows(nothing)`delete from call_replays where user_id = ${userId}`,
    rows(nothing)`delete from gate_refusals where user_id = ${userId}`,
    rows(nothing)`
      update scheduled_calls set phone_number = null, persona_name = 'Erased', persona_id = null, variables = '{}',
        call_pretext = null
      where user_id = ${userId}`,
  );
}
