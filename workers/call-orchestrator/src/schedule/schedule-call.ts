// A call of another day. It is granted under the conditions of a call of now, and asked again when its time comes.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import { explainRefusal, fingerprint, granted, valuesOf, wishFacts } from "../call-wish.ts";
import type { CallDeps } from "../env.ts";
import { presentScheduled, scheduledColumns, scheduledRow } from "./scheduled-row.ts";

type Input = RouteInput<Contract["scheduleCall"]>["body"];

const mostAhead = 50;
const leastMs = 5 * 60_000;
const mostMs = 30 * 24 * 3_600_000;

/** One round trip; more when the hold's webhook is late. Errors: as `POST /api/calls/schedule` lists them. */
export async function scheduleCall(
  deps: CallDeps,
  context: UserContext,
  input: Input,
  idempotencyKey: string | null,
): Promise<RouteOutput<Contract["scheduleCall"]>> {
  const at = new Date(input.scheduled_time);
  refuseTime(at.getTime() - deps.now().getTime());
  const attempt = { id: uuidv7(), fingerprint: await fingerprint(input), idempotencyKey };
  let outcome = await claim(deps, context, input, at, attempt);
  if (outcome.scheduled === undefined && outcome.facts?.payment_state === "pending") {
    await deps.billing.refreshHold(context, input.payment_intent_id);
    outcome = await claim(deps, context, input, at, attempt);
  }
  const { scheduled, facts, ahead } = outcome;
  if (scheduled === undefined) {
    await explainRefusal(deps, context, input, facts);
    if ((ahead?.count ?? 0) >= mostAhead) {
      return fail(
        "MAX_SCHEDULED",
        `You have ${mostAhead} calls ahead, the most there can be. Cancel one first.`,
      );
    }
    return fail("PAYMENT_FAILED", "This payment intent pays for another call. Create a new one.");
  }
  if (scheduled.request_fingerprint !== attempt.fingerprint) {
    return fail(
      "IDEMPOTENCY_CONFLICT",
      "This payment intent or idempotency key was used for another call. Make a new one.",
    );
  }
  const { request_fingerprint: _, ...row } = scheduled;
  return { scheduled_call: presentScheduled(row) };
}

function refuseTime(aheadMs: number): void {
  const message =
    aheadMs < leastMs
      ? "must be at least 5 minutes ahead; for a call now use POST /api/call"
      : aheadMs > mostMs
        ? "must be at most 30 days ahead"
        : null;
  if (message === null) return;
  fail("VALIDATION_ERROR", `scheduled_time ${message}.`, {
    details: { fields: [{ path: "scheduled_time", message }] },
  });
}

interface Attempt {
  id: string;
  fingerprint: string;
  idempotencyKey: string | null;
}

async function claim(deps: CallDeps, { actor }: UserContext, input: Input, at: Date, attempt: Attempt) {
  const countAhead = rows(z.object({ count: z.int() }))`
    select count(*)::int as count from scheduled_calls
    where user_id = app.user_id() and status in ('scheduled', 'starting')`;
  const [, , [scheduled], [facts], [ahead]] = await transact(
    deps.database,
    actor,
    // Counted under a lock of the person's own, so that two at once cannot pass the limit.
    rows(
      z.object({}),
    )`select pg_advisory_xact_lock(hashtextextended('schedule:' || app.user_id()::text, 0))::text`,
    rows(z.object({}))`
      insert into scheduled_calls (id, tenant_id, user_id, persona_id, persona_name, phone_number, scheduled_time,
        time_zone, payment_id, first_payment_id, hold_cents, scenario_template_id, variables, call_pretext, idempotency_key,
        request_fingerprint)
      select ${attempt.id}, u.tenant_id, u.id, p.id, p.name, u.phone, ${at.toISOString()}::timestamptz,
        coalesce(${input.time_zone ?? null}, u.time_zone), m.id, m.id, m.amount_cents, t.id, ${valuesOf(input)}::jsonb,
        ${input.call_pretext ?? null}, ${attempt.idempotencyKey}, ${attempt.fingerprint}
      from ${granted(input)}
        and not exists (select from calls c where c.payment_id = m.id)
        and (select count(*) from scheduled_calls o
          where o.user_id = u.id and o.status in ('scheduled', 'starting')) < ${mostAhead}::int
      on conflict do nothing`,
    rows(scheduledRow.extend({ request_fingerprint: z.string() }))`
      select ${scheduledColumns}, s.request_fingerprint
      from scheduled_calls s left join payments m on m.id = s.first_payment_id
      where s.user_id = app.user_id() and (s.id = ${attempt.id} or s.idempotency_key = ${attempt.idempotencyKey}
        or m.stripe_payment_intent_id = ${input.payment_intent_id} and s.status <> 'cancelled')
      limit 1`,
    wishFacts(input),
    countAhead,
  );
  return { scheduled, facts, ahead };
}
