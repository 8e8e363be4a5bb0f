// The hold that pays for a call: reserved on the default card, captured later by what the call used.
// The ledger knows of it before Stripe does, so a crash in between leaves nothing that nobody remembers.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import { holdCents, minutesOf } from "@callmeback/shared/domain/pricing";
import type { OffSessionHold } from "@callmeback/shared/rpc/billing";
import { type Actor, system, type UserContext } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import type Stripe from "stripe";
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import type { BillingDeps } from "./stripe-client.ts";
import { askStripe } from "./stripe-failure.ts";

const payerRow = z.object({
  stripe_customer_id: z.string(),
  payment_method_id: z.string(),
  state: z.string(),
  stripe_payment_intent_id: z.string().nullable(),
});
const nothing = z.object({});

/** A person's hold for a call now. Errors: `NO_PAYMENT_METHOD`, the card errors, `STRIPE_ERROR`. */
export async function createHold(
  deps: BillingDeps,
  { actor }: UserContext,
  input: { estimated_duration: number },
): Promise<RouteOutput<Contract["createPaymentIntent"]>> {
  const amountCents = holdCents(input.estimated_duration);
  const wish = { paymentId: uuidv7(), userId: actor.userId, amountCents };
  const intent = await placeHold(deps, actor, wish, { call_type: "immediate" });
  if (intent.client_secret === null) throw new Error("Stripe gave an intent without a client secret.");
  return {
    payment_intent_id: intent.id,
    client_secret: intent.client_secret,
    amount: amountCents,
    currency: "usd",
    status: stateOf(intent) === "held" ? "held" : "requires_action",
  };
}

/** A hold for somebody who is not there. What needs them to authenticate is a failure. Errors: as `createHold`. */
export async function holdOffSession(deps: BillingDeps, wish: OffSessionHold): Promise<string> {
  const intent = await placeHold(deps, system, wish, { call_type: "scheduled" });
  if (stateOf(intent) === "held") return intent.id;
  return fail("PAYMENT_FAILED", "The card asks its owner to authenticate.");
}

/** Two round trips: Stripe must place the hold between noting it and knowing it. Asked again, it is the same hold. */
async function placeHold(
  { database, stripe }: BillingDeps,
  actor: Actor,
  { paymentId, userId, amountCents }: OffSessionHold,
  { call_type }: { call_type: "immediate" | "scheduled" },
): Promise<Stripe.PaymentIntent> {
  const [, [payer]] = await transact(
    database,
    actor,
    rows(nothing)`
      insert into payments (id, tenant_id, user_id, payment_method_id, amount_cents, state)
      select ${paymentId}, u.tenant_id, u.id, m.id, ${amountCents}, 'creating'
      from users u join payment_methods m on m.user_id = u.id and m.is_default and m.removed_at is null
      where u.id = ${userId}::uuid and u.stripe_customer_id is not null
      on conflict (id) do nothing`,
    // What was noted the first time stands, whatever card is the default by now.
    rows(payerRow)`
      select u.stripe_customer_id, p.payment_method_id, p.state, p.stripe_payment_intent_id
      from payments p join users u on u.id = p.user_id where p.id = ${paymentId}`,
  );
  if (payer === undefined) return fail("NO_PAYMENT_METHOD", "There is no card on file. Add one first.");
  const known = payer.stripe_payment_intent_id;
  if (payer.state === "held" && known !== null) return askStripe(() => stripe.paymentIntents.retrieve(known));
  if (payer.state !== "creating") return fail("PAYMENT_FAILED", "This hold was given up. Ask for a new one.");
  const intent = await askStripe(() =>
    stripe.paymentIntents.create(
      {
        amount: amountCents,
        currency: "usd",
        customer: payer.stripe_customer_id,
        payment_method: payer.payment_method_id,
        capture_method: "manual",
        confirm: true,
        ...(call_type === "scheduled" ? { off_session: true } : {}),
        automatic_payment_methods: { enabled: true, allow_redirects: "never" },
        metadata: {
          user_id: userId,
          payment_id: paymentId,
          call_type,
          estimated_duration: String(minutesOf(amountCents)),
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
  const [[kept], [before]] = await transact(
    database,
    actor,
    rows(z.object({ id: z.string() }))`
      update payments set stripe_payment_intent_id = ${intent.id}, state = ${stateOf(intent)}
      where id = ${paymentId} and state = 'creating' returning id`,
    rows(z.object({ id: z.string() }))`
      select id from payments where id = ${paymentId} and stripe_payment_intent_id = ${intent.id} and state = 'held'`,
  );
  if (kept === undefined && before === undefined) {
    // The sweep gave it up while Stripe was slow: nobody may hold money that no ledger knows.
    await askStripe(() =>
      stripe.paymentIntents.cancel(intent.id, {}, { idempotencyKey: `release:${intent.id}` }),
    );
    return fail("PAYMENT_FAILED", "The hold took too long and was given up. Try again.");
  }
  return intent;
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
