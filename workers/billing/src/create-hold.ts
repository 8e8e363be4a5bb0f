// The hold that pays for a call: reserved on the default card, captured later by what the call used.
// The ledger knows of it before Stripe does, so a crash in between leaves nothing that nobody remembers.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import { holdCents } from "@callmeback/shared/domain/pricing";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import type Stripe from "stripe";
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import type { BillingDeps } from "./stripe-client.ts";
import { askStripe } from "./stripe-failure.ts";

const payerRow = z.object({ stripe_customer_id: z.string(), payment_method_id: z.string() });
const nothing = z.object({});

/** Two round trips: Stripe must place the hold between noting it and knowing it. */
export async function createHold(
  { database, stripe }: BillingDeps,
  { actor }: UserContext,
  input: { estimated_duration: number },
): Promise<RouteOutput<Contract["createPaymentIntent"]>> {
  const paymentId = uuidv7();
  const amount = holdCents(input.estimated_duration);
  const [[payer]] = await transact(
    database,
    actor,
    rows(payerRow)`
      with payer as (
        select u.stripe_customer_id, m.id as payment_method_id
        from users u join payment_methods m on m.user_id = u.id and m.is_default
        where u.id = app.user_id() and u.stripe_customer_id is not null
      ), noted as (
        insert into payments (id, tenant_id, user_id, payment_method_id, amount_cents, state)
        select ${paymentId}, app.tenant_id(), app.user_id(), payment_method_id, ${amount}, 'creating' from payer
      )
      select * from payer`,
  );
  if (payer === undefined) return fail("NO_PAYMENT_METHOD", "There is no card on file. Add one first.");
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
  ).catch(async (error: unknown) => {
    // A clear no is the end of it; after anything else the sweep finds out what Stripe did.
    if (isCardFailure(error)) {
      await transact(
        database,
        actor,
        rows(nothing)`update payments set state = 'failed' where id = ${paymentId} and state = 'creating'`,
      );
    }
    throw error;
  });
  await transact(
    database,
    actor,
    rows(nothing)`
      update payments set stripe_payment_intent_id = ${intent.id}, state = ${stateOf(intent)}
      where id = ${paymentId} and state = 'creating'`,
  );
  if (intent.client_secret === null) throw new Error("Stripe gave an intent without a client secret.");
  return { payment_intent_id: intent.id, client_secret: intent.client_secret, amount, currency: "usd" };
}

const isCardFailure = (error: unknown) =>
  error instanceof Error &&
  "code" in error &&
  ["CARD_DECLINED", "INSUFFICIENT_FUNDS", "PAYMENT_FAILED"].includes(String(error.code));

/** Our state for a hold as Stripe has it. */
export function stateOf(intent: Stripe.PaymentIntent): "held" | "pending" | "released" | "captured" {
  if (intent.status === "requires_capture") return "held";
  if (intent.status === "canceled") return "released";
  return intent.status === "succeeded" ? "captured" : "pending";
}
