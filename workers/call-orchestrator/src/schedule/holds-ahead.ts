// A hold lives seven days at most, five with some cards. The hold of a call that is further away is given back while the
// card is kept, and placed anew the day before, when its owner is not there.
import { asFailure } from "@callmeback/shared/contract/errors";
import { logFault } from "@callmeback/shared/domain/log";
import { system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "../env.ts";
import { failScheduled } from "./fail-scheduled.ts";

/** Half a day less than the shortest life of a hold. */
const keptHours = 108;
const renewedHours = 24;

const farRow = z.object({ id: z.string(), payment_intent_id: z.string() });
const nearRow = z.object({
  id: z.string(),
  user_id: z.string(),
  renewal_id: z.string(),
  hold_cents: z.int(),
  is_over: z.boolean(),
});

/** Run each minute; safe to run by two at once. */
export async function tendHolds(deps: CallDeps): Promise<void> {
  const at = deps.now().toISOString();
  const [far, near] = await transact(
    deps.database,
    system,
    rows(farRow)`
      select s.id, m.stripe_payment_intent_id as payment_intent_id
      from scheduled_calls s join payments m on m.id = s.payment_id
      where s.status = 'scheduled' and s.scheduled_time > m.created_at + make_interval(hours => ${keptHours}::int)
        and s.scheduled_time > ${at}::timestamptz + make_interval(hours => ${renewedHours}::int)
      order by s.scheduled_time limit 100`,
    rows(nearRow)`
      with near as (
        select id from scheduled_calls
        where status = 'scheduled' and payment_id is null
          and scheduled_time <= ${at}::timestamptz + make_interval(hours => ${renewedHours}::int)
        order by scheduled_time limit 100 for update skip locked
      )
      -- The hold's id is kept before the card is asked, so that asking again is the same hold.
      update scheduled_calls s set renewal_id = coalesce(renewal_id, gen_random_uuid())
      from near where s.id = near.id returning s.id, s.user_id, s.renewal_id, s.hold_cents,
        s.scheduled_time < ${at}::timestamptz as is_over`,
  );
  for (const each of far) await tried(each.id, () => letGo(deps, each));
  for (const each of near) await tried(each.id, () => placeAnew(deps, each));
}

async function tried(id: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    logFault({ worker: "call-orchestrator", event: "a schedule's hold is not tended", schedule: id }, error);
  }
}

async function letGo(deps: CallDeps, { id, payment_intent_id }: z.infer<typeof farRow>): Promise<void> {
  const [[freed]] = await transact(
    deps.database,
    system,
    rows(z.object({ id: z.string() }))`
      update scheduled_calls set payment_id = null where id = ${id} and status = 'scheduled' returning id`,
  );
  // Cut off here, billing's sweep gives back a hold that nothing uses any more.
  if (freed === undefined) return;
  await deps.billing.giveBack(
    { actor: system, requestId: `schedule-${id}` },
    payment_intent_id,
    "placed anew later",
  );
}

async function placeAnew(deps: CallDeps, near: z.infer<typeof nearRow>): Promise<void> {
  // Nobody could be asked for the money in all of the last day.
  if (near.is_over) return failScheduled(deps, near.id, "PAYMENT_FAILED");
  const context = { actor: system, requestId: `schedule-${near.id}` };
  try {
    const intent = await deps.billing.holdOffSession(context, {
      paymentId: near.renewal_id,
      userId: near.user_id,
      amountCents: near.hold_cents,
    });
    await transact(
      deps.database,
      system,
      rows(z.object({}))`
        update scheduled_calls s set payment_id = m.id from payments m
        where s.id = ${near.id} and s.status = 'scheduled' and s.payment_id is null
          and m.stripe_payment_intent_id = ${intent} and m.state = 'held'`,
    );
  } catch (error) {
    const failure = asFailure(error);
    if (failure === undefined || failure.code === "STRIPE_ERROR" || failure.code === "SERVICE_UNAVAILABLE")
      throw error;
    await failScheduled(deps, near.id, failure.code);
  }
}
