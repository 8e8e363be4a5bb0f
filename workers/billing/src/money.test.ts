import Stripe from "stripe";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Faults } from "../../../sandbox/src/faults.ts";
import { createStripe } from "../../../sandbox/src/stripe/index.ts";
import { serveProvider } from "../../../sandbox/src/testing/serve-provider.ts";
import { addPerson, type Person } from "../../../tests/fixtures/people.ts";
import { startTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.ts";
import { createHold } from "./create-hold.ts";
import { addPaymentMethod, listPaymentMethods } from "./payment-methods.ts";
import { receiveEvent } from "./receive-event.ts";
import { settle } from "./settle.ts";
import { type BillingDeps, stripeClient } from "./stripe-client.ts";
import { sweep } from "./sweep.ts";

const webhookSecret = "whsec_test";
let database: TestDatabase;
let provider: Awaited<ReturnType<typeof serveProvider>>;
let deps: BillingDeps;
let person: Person;

beforeAll(async () => {
  database = await startTestDatabase();
  const stripe = { secretKey: "sk_test_1", publishableKey: "pk_test_1", webhookSecret };
  provider = await serveProvider(createStripe({ stripe, isRealLatency: false }, new Faults()));
  deps = {
    database: database.as("billing"),
    stripe: stripeClient("sk_test_1", `http://127.0.0.1:${provider.port}`),
  };
});
afterAll(async () => {
  await provider.close();
  await database.close();
});
beforeEach(async () => {
  person = await addPerson(database);
});

const context = () => ({ actor: person.actor, requestId: "test-request" });
const addCard = (id: string, set_as_default = false) =>
  addPaymentMethod(deps, context(), { payment_method_id: id, set_as_default });
const hold = async () => (await createHold(deps, context(), { estimated_duration: 5 })).payment_intent_id;
const atStripe = (id: string) => deps.stripe.paymentIntents.retrieve(id);

async function ledger(id: string) {
  const [found] = await database
    .as("billing")
    .transact({ kind: "system" }, [
      { text: "select state, capture_cents from payments where stripe_payment_intent_id = $1", values: [id] },
    ]);
  return found?.[0];
}

const asSystem = (text: string, values: string[]) =>
  database.as("billing").transact({ kind: "system" }, [{ text, values }]);
const age = (id: string, minutes: number) =>
  asSystem(
    `update payments set state_since = now() - interval '${minutes} minutes' where stripe_payment_intent_id = $1`,
    [id],
  );
const states = async () =>
  (
    await asSystem("select state from payments where user_id = $1 order by state", [person.actor.userId])
  )[0]?.map((row) => row.state);

describe("cards", () => {
  test("the first becomes the default, a later one when asked", async () => {
    expect((await addCard("pm_card_visa")).payment_method).toMatchObject({ brand: "visa", is_default: true });
    expect((await addCard("pm_card_mastercard")).payment_method.is_default).toBe(false);
    await addCard("pm_card_amex", true);
    const { payment_methods } = await listPaymentMethods(deps, context());
    expect(payment_methods.filter((card) => card.is_default)).toMatchObject([{ brand: "amex" }]);
    expect(payment_methods).toHaveLength(3);
  });

  test("one that Stripe does not know, or declines, is not kept", async () => {
    await expect(addCard("pm_unknown")).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    await expect(addCard("pm_card_chargeDeclined")).rejects.toMatchObject({ code: "CARD_DECLINED" });
    expect((await listPaymentMethods(deps, context())).payment_methods).toEqual([]);
  });
});

describe("a hold", () => {
  test("needs a card", async () => {
    await expect(hold()).rejects.toMatchObject({ code: "NO_PAYMENT_METHOD" });
  });

  test("that the bank declines holds nothing", async () => {
    await addCard("pm_card_chargeCustomerFail");
    await expect(hold()).rejects.toMatchObject({ code: "CARD_DECLINED" });
    expect(await states()).toEqual(["failed"]);
  });

  test("that no call takes is given back after half an hour, not before", async () => {
    await addCard("pm_card_visa");
    const [young, old] = [await hold(), await hold()];
    await age(old, 31);
    await sweep(deps);
    expect(await ledger(young)).toMatchObject({ state: "held" });
    expect(await ledger(old)).toMatchObject({ state: "released" });
    expect((await atStripe(old)).status).toBe("canceled");
  });

  test("that Stripe placed before a crash could note it is found and given back", async () => {
    await addCard("pm_card_visa");
    const id = await hold();
    await asSystem(
      "update payments set state = 'creating', stripe_payment_intent_id = null where stripe_payment_intent_id = $1",
      [id],
    );
    await asSystem("update payments set state_since = now() - interval '3 minutes' where user_id = $1", [
      person.actor.userId,
    ]);
    await sweep(deps);
    expect(await ledger(id)).toMatchObject({ state: "releasing" });
    await sweep(deps);
    expect(await ledger(id)).toMatchObject({ state: "released" });
    expect((await atStripe(id)).status).toBe("canceled");
  });

  test("that Stripe never heard of is written off", async () => {
    await addCard("pm_card_visa");
    await hold();
    await asSystem(
      `insert into payments (id, tenant_id, user_id, payment_method_id, amount_cents, state, state_since)
       select gen_random_uuid(), tenant_id, user_id, payment_method_id, 225, 'creating', now() - interval '3 minutes'
       from payments where user_id = $1`,
      [person.actor.userId],
    );
    await sweep(deps);
    expect(await states()).toEqual(["failed", "held"]);
  });

  test("whose release was cut off by a crash is finished by the sweep", async () => {
    await addCard("pm_card_visa");
    const id = await hold();
    await asSystem(
      "update payments set state = 'capturing', capture_cents = 65 where stripe_payment_intent_id = $1",
      [id],
    );
    await age(id, 3);
    await sweep(deps);
    expect(await ledger(id)).toEqual({ state: "captured", capture_cents: 65 });
  });

  test("is captured by what was used, once, and the rest released", async () => {
    await addCard("pm_card_visa");
    const id = await hold();
    expect(await ledger(id)).toEqual({ state: "held", capture_cents: null });
    const asked = () => settle(deps, { paymentIntentId: id, captureCents: 65 });
    await Promise.all([asked(), asked(), asked()]);
    await settle(deps, { paymentIntentId: id, captureCents: 225 });
    expect(await ledger(id)).toEqual({ state: "captured", capture_cents: 65 });
    expect(await atStripe(id)).toMatchObject({
      status: "succeeded",
      amount_received: 65,
      amount_capturable: 0,
    });
  });

  test("is released whole when nothing is owed", async () => {
    await addCard("pm_card_visa");
    const id = await hold();
    await settle(deps, { paymentIntentId: id, captureCents: 0 });
    expect(await ledger(id)).toMatchObject({ state: "released" });
    expect(await atStripe(id)).toMatchObject({ status: "canceled", amount_received: 0 });
  });

  test("whose capture was cut off by a crash is finished by asking again", async () => {
    await addCard("pm_card_visa");
    const id = await hold();
    await database.as("billing").transact({ kind: "system" }, [
      {
        text: "update payments set state = 'capturing', capture_cents = 105 where stripe_payment_intent_id = $1",
        values: [id],
      },
    ]);
    await deps.stripe.paymentIntents.capture(id, { amount_to_capture: 105 });
    await settle(deps, { paymentIntentId: id, captureCents: 105 });
    expect(await ledger(id)).toEqual({ state: "captured", capture_cents: 105 });
  });

  test("that waits for its owner's authentication is held when Stripe says so, however often it says it", async () => {
    await addCard("pm_card_authenticationRequired");
    const id = await hold();
    expect(await ledger(id)).toMatchObject({ state: "pending" });
    const payload = JSON.stringify({
      id: `evt_${crypto.randomUUID()}`,
      object: "event",
      type: "payment_intent.amount_capturable_updated",
      data: { object: { id, object: "payment_intent" } },
    });
    const signature = await Stripe.webhooks.generateTestHeaderStringAsync({ payload, secret: webhookSecret });
    await receiveEvent(deps, webhookSecret, payload, signature);
    await receiveEvent(deps, webhookSecret, payload, signature);
    expect(await ledger(id)).toMatchObject({ state: "held" });
    const forged = receiveEvent(deps, webhookSecret, payload.replace("updated", "forged"), signature);
    await expect(forged).rejects.toMatchObject({ code: "INVALID_SIGNATURE" });
  });
});
