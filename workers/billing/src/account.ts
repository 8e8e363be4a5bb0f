// What this Worker keeps of a person: taken along, and erased when they leave. Payments stay, as the law wants them.
import type { Contract } from "@callmeback/shared/contract";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import { dollars } from "@callmeback/shared/domain/pricing";
import { system, type UserContext } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { listPaymentMethods } from "./payment-methods.ts";
import { giveBack } from "./refund.ts";
import { forget } from "./remove-card.ts";
import type { BillingDeps } from "./stripe-client.ts";

const paymentRow = z.object({
  payment_intent_id: z.string().nullable(),
  state: z.string(),
  amount_cents: z.int(),
  capture_cents: z.int().nullable(),
  refunded_cents: z.int(),
  created_at: z.string(),
});

/** Two round trips: the cards are listed as their own route lists them. */
export async function exportBilling(
  deps: BillingDeps,
  context: UserContext,
): Promise<RouteOutput<Contract["exportAccount"]>["billing"]> {
  const { payment_methods } = await listPaymentMethods(deps, context);
  const [payments] = await transact(
    deps.database,
    context.actor,
    rows(paymentRow)`
      select stripe_payment_intent_id as payment_intent_id, state, amount_cents, capture_cents, refunded_cents, created_at
      from payments where user_id = app.user_id() order by created_at`,
  );
  return {
    payment_methods,
    payments: payments.map(({ amount_cents, capture_cents, refunded_cents, ...payment }) => ({
      ...payment,
      held: dollars(amount_cents),
      captured: capture_cents === null ? null : dollars(capture_cents),
      refunded: dollars(refunded_cents),
    })),
  };
}

/** Safe to repeat. Their calls must be over: what is still held is given back. Errors: `STRIPE_ERROR`. */
export async function eraseBilling(deps: BillingDeps, userId: string): Promise<void> {
  const [held, cards] = await transact(
    deps.database,
    system,
    rows(z.object({ id: z.string() }))`
      select stripe_payment_intent_id as id from payments
      where user_id = ${userId} and state in ('pending', 'held') and stripe_payment_intent_id is not null`,
    rows(z.object({ id: z.string() }))`
      update payment_methods set removed_at = coalesce(removed_at, now()), is_default = false
      where user_id = ${userId} returning id`,
  );
  for (const { id } of held) await giveBack(deps, id, "account deleted");
  for (const { id } of cards) await forget(deps, id);
}
