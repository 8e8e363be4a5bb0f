// Cards on file: listed from our table, added by attaching them to the person's Stripe customer, one of them the default.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { brokenConstraint, rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { customerOf, keepCustomer } from "./customer.ts";
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
const nothing = z.object({});

const asPaymentMethod = (card: z.infer<typeof cardRow>) => ({ ...card, type: "card" as const });

/** Changes of one person's cards wait for each other: only one may be the default. */
export const lockCards = rows(
  nothing,
)`select pg_advisory_xact_lock(hashtextextended('cards:' || app.user_id()::text, 0))::text`;

export async function listPaymentMethods(
  { database }: BillingDeps,
  { actor }: UserContext,
): Promise<RouteOutput<Contract["billing"]>> {
  const [cards] = await transact(
    database,
    actor,
    rows(cardRow)`
      select id, brand, last4, exp_month, exp_year, is_default from payment_methods
      where user_id = app.user_id() and removed_at is null order by created_at desc, id`,
  );
  return { payment_methods: cards.map(asPaymentMethod), balance: 0, currency: "usd" };
}

/** Two round trips: Stripe must attach the card between reading the customer and keeping the card. */
export async function addPaymentMethod(
  deps: BillingDeps,
  { actor }: UserContext,
  input: { payment_method_id: string; set_as_default: boolean },
): Promise<RouteOutput<Contract["addPaymentMethod"]>> {
  const { database, stripe } = deps;
  const customer = await customerOf(deps, actor);
  const { id, card } = await askStripe(() =>
    stripe.paymentMethods.attach(input.payment_method_id, { customer }),
  );
  if (card === undefined) return fail("VALIDATION_ERROR", "Only cards can be kept.");
  try {
    const [, , , [kept]] = await transact(
      database,
      actor,
      lockCards,
      keepCustomer(customer),
      rows(nothing)`
        update payment_methods set is_default = false
        where user_id = app.user_id() and is_default and ${input.set_as_default}::boolean`,
      rows(cardRow)`
        insert into payment_methods (id, tenant_id, user_id, brand, last4, exp_month, exp_year, fingerprint, is_default)
        select ${id}, app.tenant_id(), app.user_id(), ${card.brand}, ${card.last4}, ${card.exp_month},
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

/** Two round trips: the customer is kept after Stripe has made it. Errors: `STRIPE_ERROR`. */
export async function createSetupIntent(
  deps: BillingDeps,
  { actor }: UserContext,
): Promise<RouteOutput<Contract["createSetupIntent"]>> {
  const customer = await customerOf(deps, actor);
  const intent = await askStripe(() =>
    deps.stripe.setupIntents.create({
      customer,
      usage: "off_session",
      automatic_payment_methods: { enabled: true, allow_redirects: "never" },
      metadata: { user_id: actor.userId },
    }),
  );
  await transact(deps.database, actor, keepCustomer(customer));
  if (intent.client_secret === null) throw new Error("Stripe gave an intent without a client secret.");
  return { setup_intent_id: intent.id, client_secret: intent.client_secret };
}

/** Errors: `NOT_FOUND`. */
export async function setDefaultCard(
  { database }: BillingDeps,
  { actor }: UserContext,
  cardId: string,
): Promise<RouteOutput<Contract["setDefaultPaymentMethod"]>> {
  const [, [chosen]] = await transact(
    database,
    actor,
    lockCards,
    // One statement could meet two defaults on its way, which the index forbids: first the old one, then the new.
    rows(z.object({ id: z.string() }))`
      with wanted as (
        select id from payment_methods where id = ${cardId} and user_id = app.user_id() and removed_at is null
      ), cleared as (
        update payment_methods set is_default = false
        where user_id = app.user_id() and is_default and id <> ${cardId} and exists (select from wanted)
      )
      select id from wanted`,
    rows(nothing)`
      update payment_methods set is_default = true
      where id = ${cardId} and user_id = app.user_id() and removed_at is null`,
  );
  return chosen === undefined
    ? fail("NOT_FOUND", "This card is not on file.")
    : { message: "Default payment method updated" };
}
