// The hold that pays for a call: reserved on the default card, captured later by what the call used.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import { holdCents } from "@callmeback/shared/domain/pricing";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import type { BillingDeps } from "./stripe-client.ts";
import { askStripe } from "./stripe-failure.ts";

const payerRow = z.object({ stripe_customer_id: z.string(), payment_method_id: z.string() });

/** Two round trips: Stripe must place the hold between reading the card and writing the ledger. */
export async function createHold(
  { database, stripe }: BillingDeps,
  { actor }: UserContext,
  input: { estimated_duration: number },
): Promise<RouteOutput<Contract["createPaymentIntent"]>> {
  const [[payer]] = await transact(
    database,
    actor,
    rows(payerRow)`
      select u.stripe_customer_id, m.id as payment_method_id
      from users u join payment_methods m on m.user_id = u.id and m.is_default
      where u.id = app.user_id() and u.stripe_customer_id is not null`,
  );
  if (payer === undefined) return fail("NO_PAYMENT_METHOD", "There is no card on file. Add one first.");
  const paymentId = uuidv7();
  const amount = holdCents(input.estimated_duration);
  const intent = await askStripe(() =>
    stripe.paymentIntents.create(
      {
        amount,
        currency: "usd",
        customer: payer.stripe_customer_id,
        payment_method: payer.payment_method_id,
        capture_method: "manual",
        confirm: true,
        automatic_payment_methods: { enabled: true, allow_redirects: "never" },
        metadata: {
          user_id: actor.userId,
          payment_id: paymentId,
          call_type: "immediate",
          estimated_duration: String(input.estimated_duration),
        },
      },
      { idempotencyKey: `hold:${paymentId}` },
    ),
  );
  if (intent.client_secret === null) throw new Error("Stripe gave an intent without a client secret.");
  await transact(
    database,
    actor,
    rows(z.object({}))`
      insert into payments (id, tenant_id, user_id, stripe_payment_intent_id, payment_method_id, amount_cents, state)
      values (${paymentId}, app.tenant_id(), app.user_id(), ${intent.id}, ${payer.payment_method_id}, ${amount},
        ${intent.status === "requires_capture" ? "held" : "pending"})`,
  );
  return { payment_intent_id: intent.id, client_secret: intent.client_secret, amount, currency: "usd" };
}
