// The person at Stripe: one customer each, however many first cards come at once.
import { fail } from "@callmeback/shared/contract/errors";
import type { UserActor } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { BillingDeps } from "./stripe-client.ts";
import { askStripe } from "./stripe-failure.ts";

const personRow = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  stripe_customer_id: z.string().nullable(),
});

/** The customer's id and whether our table has it yet. Errors: `STRIPE_ERROR`. */
export async function customerOf({ database, stripe }: BillingDeps, actor: UserActor): Promise<string> {
  const [[person]] = await transact(
    database,
    actor,
    rows(personRow)`select id, email, name, stripe_customer_id from users where id = app.user_id()`,
  );
  if (person === undefined) return fail("INVALID_TOKEN", "This token belongs to nobody. Log in again.");
  if (person.stripe_customer_id !== null) return person.stripe_customer_id;
  // The key makes one customer of many askers; e-mail and name may change, so they are not part of what it repeats.
  const customer = await askStripe(() =>
    stripe.customers.create(
      { metadata: { user_id: person.id } },
      { idempotencyKey: `customer:${person.id}` },
    ),
  );
  return customer.id;
}

/** The statement that keeps a customer; the first one stays. */
export const keepCustomer = (customerId: string) => rows(z.object({}))`
  update users set stripe_customer_id = ${customerId} where id = app.user_id() and stripe_customer_id is null`;
