// A hold whose owner had to authenticate: has Stripe placed it by now? Asked when its webhook may be late.
import type { Context, PersonActor, UserActor } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { BillingDeps } from "./stripe-client.ts";
import { askStripe } from "./stripe-failure.ts";

export async function refreshHold(
  { database, stripe }: BillingDeps,
  { actor }: Context<UserActor | PersonActor>,
  paymentIntentId: string,
): Promise<void> {
  const intent = await askStripe(() => stripe.paymentIntents.retrieve(paymentIntentId));
  if (intent.status !== "requires_capture") return;
  await transact(
    database,
    actor,
    rows(z.object({}))`
      update payments set state = 'held'
      where stripe_payment_intent_id = ${paymentIntentId} and state = 'pending'`,
  );
}
