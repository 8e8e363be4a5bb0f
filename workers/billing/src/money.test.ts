import Stripe from "stripe";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Faults } from "../../../sandbox/src/faults.ts";
import { createStripe } from "../../../sandbox/src/stripe/index.ts";
import { serveProvider } from "../../../sandbox/src/testing/serve-provider.ts";
import { addPerson, type Person } from "../../../tests/fixtures/people.ts";
import { startTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.ts";
import { createHold, holdOffSession } from "./create-hold.ts";
import {
  addPaymentMethod,
  createSetupIntent,
  listPaymentMethods,
  setDefaultCard,
} from "./payment-methods.ts";
import { receiveEvent } from "./receive-event.ts";
import { giveBack, refund } from "./refund.ts";
import { removeCard } from "./remove-card.ts";
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

describe("the default card", () => {
  const ids = async () =>
    (await listPaymentMethods(deps, context())).payment_methods.map((card) => [card.brand, card.is_default]);

  test("is one, whichever is chosen, also when all are chosen at once", async () => {
    const cards = [
      await addCard("pm_card_visa"),
      await addCard("pm_card_mastercard"),
      await addCard("pm_card_amex"),
    ];
    const choose = ({ payment_method: { id } }: (typeof cards)[number]) =>
      setDefaultCard(deps, context(), id);
    await Promise.all(cards.map(choose));
    expect((await ids()).filter(([, isDefault]) => isDefault)).toHaveLength(1);
    await expect(setDefaultCard(deps, context(), "pm_nobodys")).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await ids()).filter(([, isDefault]) => isDefault)).toHaveLength(1);
  });

  test("stays until another is; the other goes, here and at Stripe", async () => {
    const { payment_method: first } = await addCard("pm_card_visa");
    const { payment_method: second } = await addCard("pm_card_mastercard");
    const remove = (id: string) => removeCard(deps, context(), id);
    await expect(remove(first.id)).rejects.toMatchObject({ code: "CANNOT_REMOVE_DEFAULT" });
    await remove(second.id);
    expect(await ids()).toEqual([["visa", true]]);
    expect((await deps.stripe.paymentMethods.retrieve(second.id)).customer).toBeNull();
    await expect(remove(second.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("a card whose leaving a crash cut off is gone with the next sweep", async () => {
    await addCard("pm_card_visa");
    const { payment_method: second } = await addCard("pm_card_mastercard");
    await asSystem("update payment_methods set removed_at = now() - interval '3 minutes' where id = $1", [
      second.id,
    ]);
    expect(await ids()).toEqual([["visa", true]]);
    await sweep(deps);
    expect((await deps.stripe.paymentMethods.retrieve(second.id)).customer).toBeNull();
  });

  test("twenty first cards at once are cards of one customer", async () => {
    const names = ["visa", "mastercard", "amex", "discover"];
    await Promise.all(Array.from({ length: 20 }, (_, index) => addCard(`pm_card_${names[index % 4]}`)));
    const customers = await deps.stripe.paymentMethods
      .list({ customer: await customerId(), limit: 100 })
      .then(({ data }) => data.length);
    expect([customers, (await ids()).length]).toEqual([20, 20]);
  });

  const customerId = async () =>
    String(
      (
        await asSystem("select stripe_customer_id as id from users where id = $1", [person.actor.userId])
      )[0]?.[0]?.id,
    );

  test("is asked for by a setup intent that its owner confirms", async () => {
    const { setup_intent_id, client_secret } = await createSetupIntent(deps, context());
    expect(client_secret).toContain(setup_intent_id);
    const confirmed = await deps.stripe.setupIntents.confirm(setup_intent_id, {
      payment_method: "pm_card_visa",
    });
    expect(confirmed.status).toBe("succeeded");
    await addCard(String(confirmed.payment_method));
    expect(await ids()).toEqual([["visa", true]]);
  });

  test("is renewed and forgotten when Stripe says so", async () => {
    const { payment_method: card } = await addCard("pm_card_visa");
    const said = async (type: string) => {
      const object = {
        id: card.id,
        object: "payment_method",
        card: { exp_month: 12, exp_year: 2040, last4: "1881" },
      };
      const payload = JSON.stringify({
        id: `evt_${crypto.randomUUID()}`,
        object: "event",
        type,
        data: { object },
      });
      await receiveEvent(
        deps,
        webhookSecret,
        payload,
        await Stripe.webhooks.generateTestHeaderStringAsync({ payload, secret: webhookSecret }),
      );
    };
    await said("payment_method.automatically_updated");
    expect((await listPaymentMethods(deps, context())).payment_methods[0]).toMatchObject({
      exp_year: 2040,
      last4: "1881",
    });
    await said("payment_method.detached");
    expect(await ids()).toEqual([]);
  });
});

describe("money that goes back", () => {
  const captured = async (cents: number) => {
    await addCard("pm_card_visa");
    const id = await hold();
    await settle(deps, { paymentIntentId: id, captureCents: cents });
    return id;
  };
  const refunds = (id: string) =>
    deps.stripe.refunds.list({ payment_intent: id }).then(({ data }) => data.map(({ amount }) => amount));

  test("is released while it is only held, refunded once it was taken, the same however often it is asked", async () => {
    await addCard("pm_card_visa");
    const held = await hold();
    const released = { status: "released", refundId: null, amountCents: 225 };
    expect(await giveBack(deps, held, "cancelled")).toEqual(released);
    expect(await giveBack(deps, held, "cancelled")).toEqual(released);
    const taken = await captured(105);
    const first = await giveBack(deps, taken, "cancelled");
    expect(first).toMatchObject({ status: "refunded", amountCents: 105 });
    expect(first.refundId).toMatch(/^re_/);
    expect(await giveBack(deps, taken, "cancelled")).toEqual(first);
    expect(await refunds(taken)).toEqual([105]);
    expect(await ledger(taken)).toMatchObject({ state: "refunded" });
  });

  test("never exceeds what was taken, also when ten ask at once", async () => {
    const id = await captured(100);
    const system = { kind: "system" } as const;
    const asked = await Promise.allSettled(
      Array.from({ length: 10 }, () => refund(deps, system, id, 30, "goodwill")),
    );
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    await expect(refund(deps, system, id, 11, "goodwill")).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
    });
    await refund(deps, system, id, null, "goodwill");
    expect((await refunds(id)).sort()).toEqual([10, 30, 30, 30]);
    expect(await ledger(id)).toMatchObject({ state: "refunded" });
  });

  test("that a crash cut off is sent by the sweep, once", async () => {
    const id = await captured(100);
    await asSystem(
      `with noted as (update payments set refunded_cents = 40 where stripe_payment_intent_id = $1 returning *)
       insert into refunds (id, tenant_id, user_id, payment_id, cents, reason, created_at)
       select gen_random_uuid(), tenant_id, user_id, id, 40, 'crash', now() - interval '3 minutes' from noted`,
      [id],
    );
    await Promise.all([sweep(deps), sweep(deps)]);
    await sweep(deps);
    expect(await refunds(id)).toEqual([40]);
  });

  test("that was cut off wholly is finished by asking again, not asked for twice", async () => {
    const id = await captured(100);
    await asSystem(
      `with noted as (update payments set refunded_cents = 100 where stripe_payment_intent_id = $1 returning *)
       insert into refunds (id, tenant_id, user_id, payment_id, cents, reason)
       select gen_random_uuid(), tenant_id, user_id, id, 100, 'crash' from noted`,
      [id],
    );
    expect(await giveBack(deps, id, "cancelled")).toMatchObject({ status: "refunded", amountCents: 100 });
    expect(await refunds(id)).toEqual([100]);
  });

  test("of a hold that is not captured is refused", async () => {
    await addCard("pm_card_visa");
    const refused = refund(deps, { kind: "system" }, await hold(), null, "goodwill");
    await expect(refused).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
  });
});

describe("a hold off session", () => {
  const wish = () => ({ paymentId: crypto.randomUUID(), userId: person.actor.userId, amountCents: 225 });

  test("is placed on the default card, once for one id", async () => {
    await addCard("pm_card_visa");
    const asked = wish();
    const id = await holdOffSession(deps, asked);
    expect(await holdOffSession(deps, asked)).toBe(id);
    expect(await states()).toEqual(["held"]);
  });

  test("that was given up meanwhile is not placed again, and one that comes late is cancelled at Stripe", async () => {
    await addCard("pm_card_visa");
    const asked = wish();
    const id = await holdOffSession(deps, asked);
    await asSystem(
      "update payments set state = 'failed', stripe_payment_intent_id = null where stripe_payment_intent_id = $1",
      [id],
    );
    await expect(holdOffSession(deps, asked)).rejects.toMatchObject({ code: "PAYMENT_FAILED" });
    const slow = wish();
    const late: BillingDeps = {
      ...deps,
      database: {
        ...deps.database,
        transact: async (actor, statements) => {
          const result = await deps.database.transact(actor, statements);
          // The sweep writes the hold off while Stripe is being asked.
          if (statements.some(({ text }) => text.includes("insert into payments")))
            await asSystem("update payments set state = 'failed' where id = $1", [slow.paymentId]);
          return result;
        },
      },
    };
    await expect(holdOffSession(late, slow)).rejects.toMatchObject({ code: "PAYMENT_FAILED" });
    const { data } = await deps.stripe.paymentIntents.list({ limit: 1 });
    expect(data[0]).toMatchObject({ status: "canceled", metadata: { payment_id: slow.paymentId } });
  });

  test("is the same when the default card has changed between two asks", async () => {
    await addCard("pm_card_visa");
    const asked = wish();
    const id = await holdOffSession(deps, asked);
    await asSystem(
      "update payments set state = 'creating', stripe_payment_intent_id = null where stripe_payment_intent_id = $1",
      [id],
    );
    await addCard("pm_card_mastercard", true);
    expect(await holdOffSession(deps, asked)).toBe(id);
  });

  test("fails where the card wants its owner, or there is none", async () => {
    await expect(holdOffSession(deps, wish())).rejects.toMatchObject({ code: "NO_PAYMENT_METHOD" });
    await addCard("pm_card_authenticationRequired");
    await expect(holdOffSession(deps, wish())).rejects.toMatchObject({
      code: expect.stringMatching(/PAYMENT_FAILED|CARD_DECLINED/),
    });
    expect((await states())?.filter((state) => state === "held")).toEqual([]);
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
