// Does what the outbox owes: the settlement of ended calls. At least once; billing makes it once.
import { logFault } from "@callmeback/shared/domain/log";
import { system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "./env.ts";

const owedRow = z.object({
  call_id: z.string(),
  cost_cents: z.int(),
  stripe_payment_intent_id: z.string(),
});

/** Seconds that a claim keeps others away; a crashed one is taken up again after it. */
const claimSeconds = 30;

/** Settles one call, or with no id all that is due (the sweep). A failure is kept for the next sweep, never thrown. */
export async function settleOwed(deps: CallDeps, callId: string | null): Promise<void> {
  const [owed] = await transact(
    deps.database,
    system,
    rows(owedRow)`
      with due as (
        select id from outbox
        where done_at is null and next_attempt_at <= now() and (${callId}::uuid is null or call_id = ${callId}::uuid)
        order by next_attempt_at limit 50
        for update skip locked
      ), claimed as (
        update outbox o set attempts = attempts + 1,
          next_attempt_at = now() + make_interval(secs => ${claimSeconds}::int * least(attempts + 1, 10))
        from due where o.id = due.id returning o.call_id
      )
      select c.id as call_id, c.cost_cents, m.stripe_payment_intent_id
      from claimed join calls c on c.id = claimed.call_id join payments m on m.id = c.payment_id`,
  );
  for (const debt of owed) await settleOne(deps, debt);
}

async function settleOne(deps: CallDeps, debt: z.infer<typeof owedRow>): Promise<void> {
  try {
    await deps.billing.settle(
      { actor: system, requestId: `settle-${debt.call_id}` },
      { paymentIntentId: debt.stripe_payment_intent_id, captureCents: debt.cost_cents },
    );
    await transact(
      deps.database,
      system,
      rows(z.object({}))`
        update outbox set done_at = now(), last_error = null
        where call_id = ${debt.call_id} and kind = 'settle' and done_at is null`,
    );
  } catch (error) {
    logFault({ worker: "call-orchestrator", event: "settlement failed", callId: debt.call_id }, error);
    await transact(
      deps.database,
      system,
      rows(z.object({}))`
        update outbox set last_error = ${error instanceof Error ? error.message.slice(0, 500) : "unknown"}
        where call_id = ${debt.call_id} and kind = 'settle'`,
    );
  }
}
