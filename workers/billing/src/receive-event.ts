// Stripe's events: signature first, stored once, applied in the same transaction by guarded updates,
// so that their number and order do not matter.
import { fail } from "@callmeback/shared/contract/errors";
import { system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import Stripe from "stripe";
import * as z from "zod";
import type { BillingDeps } from "./stripe-client.ts";

const nothing = z.object({});

/** What an event makes of a hold, and from which states. */
const effects: Readonly<Record<string, { to: string; from: readonly string[] }>> = {
  "payment_intent.amount_capturable_updated": { to: "held", from: ["pending"] },
  "payment_intent.canceled": { to: "released", from: ["pending", "held", "releasing"] },
};

export async function receiveEvent(
  { database, stripe }: BillingDeps,
  secret: string,
  rawBody: string,
  signature: string,
): Promise<void> {
  const event = await verify(stripe, secret, rawBody, signature);
  const effect = effects[event.type];
  const objectId = "id" in event.data.object ? String(event.data.object.id) : "";
  await transact(
    database,
    system,
    rows(nothing)`
      insert into stripe_events (id, type, payload, processed_at)
      values (${event.id}, ${event.type}, ${rawBody}::jsonb, now()) on conflict do nothing`,
    rows(nothing)`
      update payments set state = ${effect?.to ?? "failed"},
        settled_at = case when ${effect?.to ?? ""} = 'released' then now() end
      where stripe_payment_intent_id = ${objectId} and state = any(${effect?.from ?? []}::text[])`,
    cardChange(event, objectId),
  );
}

/** What an event says of a card that we keep: its bank has renewed it, or Stripe has forgotten it. */
function cardChange(event: Stripe.Event, cardId: string) {
  if (event.type === "payment_method.detached") {
    return rows(nothing)`delete from payment_methods where id = ${cardId}`;
  }
  const isRenewed =
    event.type === "payment_method.updated" || event.type === "payment_method.automatically_updated";
  const card = isRenewed ? event.data.object.card : undefined;
  return rows(nothing)`
    update payment_methods set exp_month = ${card?.exp_month ?? 1}, exp_year = ${card?.exp_year ?? 2000},
      last4 = ${card?.last4 ?? ""}
    where id = ${cardId} and ${card !== undefined && card !== null}::boolean`;
}

async function verify(
  stripe: Stripe,
  secret: string,
  rawBody: string,
  signature: string,
): Promise<Stripe.Event> {
  try {
    return await stripe.webhooks.constructEventAsync(
      rawBody,
      signature,
      secret,
      undefined,
      Stripe.createSubtleCryptoProvider(),
    );
  } catch {
    return fail("INVALID_SIGNATURE", "The signature does not fit.");
  }
}
