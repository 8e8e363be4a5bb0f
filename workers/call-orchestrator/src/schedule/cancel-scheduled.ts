// Cancelling: the guard stands in the update, so that a call is either cancelled or started, never both.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import { dollars } from "@callmeback/shared/domain/pricing";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "../env.ts";

const seenRow = z.object({
  status: z.string(),
  is_close: z.boolean(),
  hold_cents: z.int(),
  payment_intent_id: z.string().nullable(),
});

/** One round trip, then the money. Safe to repeat. Errors: `NOT_FOUND`, `FORBIDDEN`, `CANCELLATION_DENIED`, `STRIPE_ERROR`. */
export async function cancelScheduled(
  deps: CallDeps,
  context: UserContext,
  id: string,
): Promise<RouteOutput<Contract["cancelScheduledCall"]>> {
  const now = deps.now().toISOString();
  const [, [seen], [theirs]] = await transact(
    deps.database,
    context.actor,
    rows(z.object({}))`
      update scheduled_calls set status = 'cancelled'
      where id = ${id} and user_id = app.user_id() and status = 'scheduled'
        and scheduled_time >= ${now}::timestamptz + interval '5 minutes'`,
    rows(seenRow)`
      select s.status, s.scheduled_time < ${now}::timestamptz + interval '5 minutes' as is_close, s.hold_cents,
        m.stripe_payment_intent_id as payment_intent_id
      from scheduled_calls s left join payments m on m.id = s.payment_id
      where s.id = ${id} and s.user_id = app.user_id()`,
    rows(z.object({ exists: z.boolean() }))`select app.is_scheduled(${id}) as exists`,
  );
  if (seen === undefined) {
    if (theirs?.exists) return fail("FORBIDDEN", "This scheduled call is not yours.");
    return fail("NOT_FOUND", "There is no such scheduled call.");
  }
  if (seen.status !== "cancelled") {
    const why =
      seen.is_close && seen.status === "scheduled" ? "It is less than 5 minutes away" : "It has begun";
    return fail("CANCELLATION_DENIED", `${why} and cannot be cancelled any more.`);
  }
  // The hold of a far call was given back long ago, and is placed anew only the day before.
  const money =
    seen.payment_intent_id === null
      ? { status: "released" as const, refundId: null, amountCents: seen.hold_cents }
      : await deps.billing.giveBack(context, seen.payment_intent_id, "schedule cancelled");
  return {
    message: "Scheduled call cancelled successfully",
    refund: { amount: dollars(money.amountCents), status: money.status, refund_id: money.refundId },
  };
}
