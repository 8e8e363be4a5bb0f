// Cards on file: listed from our table, added by attaching them to the person's Stripe customer.

import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { brokenConstraint, rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { BillingDeps } from "./stripe-client.ts";
import { askStripe } from "./stripe-failure.ts";

const cardRow = z.object({
  id: z.string(),
  brand: z.string(),
  last4: z.string(),
  exp_month: z.int(),
  exp_year: z.int(),
  is_default: z.boolean(),
});

const personRow = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  stripe_customer_id: z.string().nullable(),
});

const asPaymentMethod = (card: z.infer<typeof cardRow>) => ({ ...card, type: "card" as const });

export async function listPaymentMethods(
  { database }: BillingDeps,
  { actor }: UserContext,
): Promise<RouteOutput<Contract["billing"]>> {
  const [cards] = await transact(
    database,
    actor,
    rows(cardRow)`
      select id, brand, last4, exp_month, exp_year, is_default from payment_methods
      where user_id = app.user_id() order by created_at desc, id`,
  );
  return { payment_methods: cards.map(asPaymentMethod), balance: 0, currency: "usd" };
}

/** Two round trips: Stripe must attach the card between reading the customer and keeping the card. */
export async function addPaymentMethod(
  { database, stripe }: BillingDeps,
  { actor }: UserContext,
  input: { payment_method_id: string; set_as_default: boolean },
): Promise<RouteOutput<Contract["addPaymentMethod"]>> {
  const [[person]] = await transact(
    database,
    actor,
    rows(personRow)`select id, email, name, stripe_customer_id from users where id = app.user_id()`,
  );
  if (person === undefined) return fail("INVALID_TOKEN", "This token belongs to nobody. Log in again.");
  const { customerId, method } = await askStripe(async () => {
    const customerId = person.stripe_customer_id ?? (await createCustomer(stripe, person));
    const method = await stripe.paymentMethods.attach(input.payment_method_id, { customer: customerId });
    return { customerId, method };
  });
  const { card } = method;
  if (card === undefined) return fail("VALIDATION_ERROR", "Only cards can be kept.");
  try {
    const [, , [kept]] = await transact(
      database,
      actor,
      rows(z.object({}))`
        update users set stripe_customer_id = ${customerId} where id = app.user_id() and stripe_customer_id is null`,
      rows(z.object({}))`
        update payment_methods set is_default = false
        where user_id = app.user_id() and is_default and ${input.set_as_default}::boolean`,
      rows(cardRow)`
        insert into payment_methods (id, tenant_id, user_id, brand, last4, exp_month, exp_year, fingerprint, is_default)
        select ${method.id}, app.tenant_id(), app.user_id(), ${card.brand}, ${card.last4}, ${card.exp_month},
          ${card.exp_year}, ${card.fingerprint ?? null},
          ${input.set_as_default}::boolean
            or not exists (select from payment_methods where user_id = app.user_id() and is_default)
        returning id, brand, last4, exp_month, exp_year, is_default`,
    );
    if (kept === undefined) throw new Error("The insert of a card returned no row.");
    return { payment_method: asPaymentMethod(kept) };
  } catch (error) {
    if (brokenConstraint(error) === "payment_methods_pkey") {
      return fail("ALREADY_EXISTS", "This card is on file already.");
    }
    throw error;
  }
}

async function createCustomer(
  stripe: BillingDeps["stripe"],
  person: z.infer<typeof personRow>,
): Promise<string> {
  const customer = await stripe.customers.create(
    { email: person.email, name: person.name, metadata: { user_id: person.id } },
    { idempotencyKey: `customer:${person.id}` },
  );
  return customer.id;
}
