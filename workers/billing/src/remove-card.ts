// A card leaves in three steps: marked here, forgotten by Stripe, gone here. The sweep finishes what a crash cut off.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import { logFault } from "@callmeback/shared/domain/log";
import { system, type UserContext } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import Stripe from "stripe";
import * as z from "zod";
import { lockCards } from "./payment-methods.ts";
import type { BillingDeps } from "./stripe-client.ts";

const cardRow = z.object({ id: z.string(), is_default: z.boolean() });

/** Two round trips, with Stripe between them. Errors: `NOT_FOUND`, `CANNOT_REMOVE_DEFAULT`. */
export async function removeCard(
  deps: BillingDeps,
  { actor }: UserContext,
  cardId: string,
): Promise<RouteOutput<Contract["removePaymentMethod"]>> {
  const [, [card]] = await transact(
    deps.database,
    actor,
    lockCards,
    rows(cardRow)`
      with found as (
        select id, is_default from payment_methods
        where id = ${cardId} and user_id = app.user_id() and removed_at is null
      ), marked as (
        update payment_methods p set removed_at = now() from found f where p.id = f.id and not f.is_default
      )
      select * from found`,
  );
  if (card === undefined) return fail("NOT_FOUND", "This card is not on file.");
  if (card.is_default) return fail("CANNOT_REMOVE_DEFAULT", "Make another card the default first.");
  // For its owner it is gone already, whatever Stripe says now.
  await forget(deps, cardId).catch((error: unknown) =>
    logFault({ worker: "billing", event: "a card is still at stripe", card: cardId }, error),
  );
  return { message: "Payment method removed" };
}

/** Has Stripe forget a marked card, then forgets it here. May be asked any number of times. */
export async function forget({ database, stripe }: BillingDeps, cardId: string): Promise<void> {
  await stripe.paymentMethods.detach(cardId).catch((error: unknown) => {
    // Already detached, or never known.
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
  });
  await transact(
    database,
    system,
    rows(z.object({}))`delete from payment_methods where id = ${cardId} and removed_at is not null`,
  );
}
