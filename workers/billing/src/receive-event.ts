// Stripe's events: signature first, stored once, applied in the same transaction. Their number and order do not matter.
import { fail } from "@callmeback/shared/contract/errors";
import { system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import Stripe from "stripe";
import * as z from "zod";
import { effectsOf } from "./event-effects.ts";
import type { BillingDeps } from "./stripe-client.ts";

const nothing = z.object({});

export async function receiveEvent(
  { database, stripe }: BillingDeps,
  secret: string,
  rawBody: string,
  signature: string,
): Promise<void> {
  const event = await verify(stripe, secret, rawBody, signature);
  await transact(
    database,
    system,
    rows(nothing)`
      insert into stripe_events (id, type, payload, processed_at)
      values (${event.id}, ${event.type}, ${rawBody}::jsonb, now()) on conflict do nothing`,
    ...effectsOf(event),
  );
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
