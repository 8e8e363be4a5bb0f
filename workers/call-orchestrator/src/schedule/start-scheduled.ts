// The queue's part: a call whose time has come is made in the one way in which calls are made. Idempotent by the
// schedule's id, so that a message that comes twice makes one call.
import { asFailure } from "@callmeback/shared/contract/errors";
import { log } from "@callmeback/shared/domain/log";
import { system } from "@callmeback/shared/rpc/context";
import { type Fragment, rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { createCall } from "../create-call.ts";
import type { CallDeps } from "../env.ts";
import { failScheduled } from "./fail-scheduled.ts";

/** A call that comes this late is worse than none. */
const latestMinutes = 15;

const startRow = z.object({
  user_id: z.string(),
  persona_id: z.string().nullable(),
  phone_number: z.string(),
  payment_intent_id: z.string(),
  scenario_template_id: z.string().nullable(),
  variables: z.record(z.string(), z.string()),
  call_pretext: z.string().nullable(),
  late_minutes: z.number(),
});

/** Errors: those that another try may heal; a refusal ends the schedule as `failed`, and its person is told. */
export async function startScheduled(deps: CallDeps, id: string): Promise<void> {
  const [[due]] = await transact(
    deps.database,
    system,
    rows(startRow)`
      select s.user_id, s.persona_id, s.phone_number, m.stripe_payment_intent_id as payment_intent_id,
        s.scenario_template_id, s.variables, s.call_pretext,
        extract(epoch from ${deps.now().toISOString()}::timestamptz - s.scheduled_time)::float8 / 60 as late_minutes
      from scheduled_calls s join payments m on m.id = s.payment_id
      where s.id = ${id} and s.status = 'starting'`,
  );
  if (due === undefined) return;
  if (due.late_minutes > latestMinutes) return failScheduled(deps, id, "TOO_LATE");
  if (due.persona_id === null) return failScheduled(deps, id, "NOT_FOUND");
  const { persona_id, phone_number, payment_intent_id, scenario_template_id, variables, call_pretext } = due;
  const wish = {
    phone_number,
    persona_id,
    payment_intent_id,
    ...(scenario_template_id === null ? {} : { scenario_template_id, variables }),
    ...(call_pretext === null ? {} : { call_pretext }),
  };
  const context = { actor: { kind: "person" as const, userId: due.user_id }, requestId: `schedule-${id}` };
  try {
    const { call } = await createCall(deps, context, wish, `schedule:${id}`);
    await transact(deps.database, system, started(id, sql`${call.id}::uuid`));
    log({ worker: "call-orchestrator", event: "scheduled call started", schedule: id, callId: call.id });
  } catch (error) {
    const failure = asFailure(error);
    if (failure === undefined || failure.code === "SERVICE_UNAVAILABLE") throw error;
    if (failure.code === "TWILIO_ERROR" && (await isStillAlive(deps, id))) return;
    await failScheduled(deps, id, failure.code);
  }
}

const started = (id: string, callId: Fragment) => rows(z.object({ id: z.string() }))`
  update scheduled_calls set status = 'started', call_id = (${callId})
  where id = ${id} and status = 'starting' and (${callId}) is not null returning id`;

/** Twilio did not answer: the phone may ring all the same. Then it has begun, and the call's own end tells how it went. */
async function isStillAlive(deps: CallDeps, id: string): Promise<boolean> {
  const alive = sql`select id from calls where idempotency_key = ${`schedule:${id}`} and ended_at is null`;
  const [[begun]] = await transact(deps.database, system, started(id, alive));
  return begun !== undefined;
}

/** Calls of schedules that the network never connected, found by the sweep long after: their people are told too. */
export async function failNeverConnected({ database }: CallDeps): Promise<void> {
  await transact(
    database,
    system,
    rows(z.object({}))`
      update scheduled_calls s set status = 'failed', failure_reason = 'TWILIO_ERROR'
      from calls c
      where s.status = 'started' and s.failure_reason is null and c.id = s.call_id and c.status = 'failed'
        and c.answered_at is null and c.end_reason in ('carrier_error', 'internal_error')`,
  );
}
