// A scheduled call that cannot be made does not fail in silence: its person is told by SMS, and the money goes back.
import { logFault } from "@callmeback/shared/domain/log";
import { system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "../env.ts";

const reasons: Readonly<Record<string, string>> = {
  CONCURRENT_CALLS: "you were in another call",
  PHONE_NOT_VERIFIED: "your number is no longer verified",
  CALL_BLOCKED: "this number may not be called",
  PAYMENT_FAILED: "your card did not cover it",
  PAYMENT_REQUIRED: "your card did not cover it",
  CARD_DECLINED: "your card was declined",
  INSUFFICIENT_FUNDS: "your card has not enough funds",
  NO_PAYMENT_METHOD: "there is no card on file",
  NOT_FOUND: "the persona is gone",
  TOO_LATE: "we could not call you in time",
  TWILIO_ERROR: "the telephone network refused it",
};

/** Ends a schedule as `failed`. The sweep tells its person and gives the money back, however often this was cut off. */
export async function failScheduled(deps: CallDeps, id: string, reason: string): Promise<void> {
  await transact(
    deps.database,
    system,
    rows(z.object({}))`
      update scheduled_calls set status = 'failed', failure_reason = ${reason}
      where id = ${id} and status in ('scheduled', 'starting')`,
  );
  await tellFailed(deps);
}

const untoldRow = z.object({
  id: z.string(),
  phone_number: z.string(),
  persona_name: z.string(),
  failure_reason: z.string(),
  local_time: z.string(),
  payment_intent_id: z.string().nullable(),
});

/** Tells everybody who has not been told. Claimed before it is sent: a message may be lost in a crash, but never comes twice. */
export async function tellFailed(deps: CallDeps): Promise<void> {
  const [untold] = await transact(
    deps.database,
    system,
    rows(untoldRow)`
      with untold as (
        select id from scheduled_calls where failure_reason is not null and told_at is null
        order by scheduled_time limit 100 for update skip locked
      ), told as (
        update scheduled_calls s set told_at = now() from untold u where s.id = u.id returning s.*
      )
      select t.id, t.phone_number, t.persona_name, t.failure_reason,
        to_char(t.scheduled_time at time zone t.time_zone, 'FMDay, FMDD FMMonth, HH24:MI') as local_time,
        (select m.stripe_payment_intent_id from payments m where m.id = t.payment_id) as payment_intent_id
      from told t`,
  );
  for (const { id, phone_number, persona_name, failure_reason, local_time, payment_intent_id } of untold) {
    const why = reasons[failure_reason] ?? "of a fault on our side";
    const body = `CallMeBack: your call with ${persona_name} on ${local_time} did not take place because ${why}. Nothing was charged.`;
    const work = [
      deps.twilio.sendMessage(phone_number, body),
      payment_intent_id === null
        ? Promise.resolve()
        : deps.billing.giveBack(
            { actor: system, requestId: `schedule-${id}` },
            payment_intent_id,
            failure_reason,
          ),
    ];
    for (const outcome of await Promise.allSettled(work)) {
      // The money of a failed schedule is given back by billing's own sweep if not now.
      if (outcome.status === "rejected")
        logFault(
          { worker: "call-orchestrator", event: "a failed schedule is not wound up", schedule: id },
          outcome.reason,
        );
    }
  }
}
