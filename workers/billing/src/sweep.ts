// What a crash or a change of mind left in the ledger: holds that nobody knows the outcome of, holds that no call took,
// cards on their way out, and money that was about to move. Run each minute; safe to run by two at once.
import { logFault } from "@callmeback/shared/domain/log";
import { system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { stateOf } from "./create-hold.ts";
import { finishRefund, openRefund } from "./refund.ts";
import { forget } from "./remove-card.ts";
import { settle } from "./settle.ts";
import type { BillingDeps } from "./stripe-client.ts";
import { askStripe } from "./stripe-failure.ts";

/** A hold that is placed and not used for so long is given back. */
const unusedMinutes = 30;
/** Longer than any request to Stripe takes. */
const quietSeconds = 120;

const nothing = z.object({});
const unknownRow = z.object({
  id: z.string(),
  stripe_customer_id: z.string().nullable(),
  created_at: z.string(),
});
const movingRow = z.object({ stripe_payment_intent_id: z.string(), capture_cents: z.int() });

export async function sweep(deps: BillingDeps): Promise<void> {
  const [unknown, , moving, leaving, refunds] = await transact(
    deps.database,
    system,
    rows(unknownRow)`
      select p.id, u.stripe_customer_id, p.created_at from payments p join users u on u.id = p.user_id
      where p.state = 'creating' and p.state_since < now() - make_interval(secs => ${quietSeconds}::int)
      order by p.state_since limit 100`,
    rows(nothing)`select app.release_unused_holds(make_interval(mins => ${unusedMinutes}::int))`,
    rows(movingRow)`
      select stripe_payment_intent_id, capture_cents from payments
      where state = 'releasing' and capture_cents = 0
        or state in ('capturing', 'releasing') and state_since < now() - make_interval(secs => ${quietSeconds}::int)
      order by state_since limit 200`,
    rows(z.object({ id: z.string() }))`
      select id from payment_methods where removed_at < now() - make_interval(secs => ${quietSeconds}::int) limit 100`,
    rows(openRefund)`
      select r.id, r.payment_id, r.cents, p.stripe_payment_intent_id from refunds r join payments p on p.id = r.payment_id
      where r.state = 'creating' and r.created_at < now() - make_interval(secs => ${quietSeconds}::int)
      order by r.created_at limit 100`,
  );
  for (const { id } of leaving) await tried(id, () => forget(deps, id));
  for (const each of refunds) await tried(each.id, () => finishRefund(deps, each).then(() => undefined));
  for (const hold of unknown) await tried(hold.id, () => findOutcome(deps, hold));
  for (const { stripe_payment_intent_id: paymentIntentId, capture_cents } of moving)
    await tried(paymentIntentId, () => settle(deps, { paymentIntentId, captureCents: capture_cents }));
}

/** One that fails must not keep the others waiting; it comes again with the next sweep. */
async function tried(id: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    logFault({ worker: "billing", event: "sweep failed for a hold", hold: id }, error);
  }
}

/** Did Stripe place the hold whose answer we never kept? Nobody was told of it, so it is given back. */
async function findOutcome(
  { database, stripe }: BillingDeps,
  hold: z.infer<typeof unknownRow>,
): Promise<void> {
  const since = Math.floor(Date.parse(hold.created_at) / 1000) - 60;
  const customer = hold.stripe_customer_id ?? "";
  const intent = await askStripe(async () => {
    const intents = stripe.paymentIntents.list({ customer, created: { gte: since }, limit: 100 });
    for await (const each of intents) if (each.metadata.payment_id === hold.id) return each;
    return undefined;
  });
  const state = intent === undefined ? "failed" : stateOf(intent);
  await transact(
    database,
    system,
    rows(nothing)`
      update payments set stripe_payment_intent_id = ${intent?.id ?? null}, capture_cents = 0,
        state = case when ${state} in ('held', 'pending') then 'releasing' else ${state} end
      where id = ${hold.id} and state = 'creating'`,
  );
}
