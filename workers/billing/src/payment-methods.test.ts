import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { spender, startBilling, stripeSays } from "../../../tests/fixtures/billing.ts";
import type { Person } from "../../../tests/fixtures/people.ts";
import { createSetupIntent, listPaymentMethods, setDefaultCard } from "./payment-methods.ts";
import { removeCard } from "./remove-card.ts";
import type { BillingDeps } from "./stripe-client.ts";
import { sweep } from "./sweep.ts";

let billing: Awaited<ReturnType<typeof startBilling>>;
let deps: BillingDeps;
let person: Person;

beforeAll(async () => {
  billing = await startBilling();
  deps = billing.deps;
});
afterAll(() => billing.close());
beforeEach(async () => {
  person = await billing.addPerson();
});

const context = () => spender(billing, person).context;
const addCard = (id: string, isDefault = false) => spender(billing, person).addCard(id, isDefault);

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
    await billing.asSystem(
      "update payment_methods set removed_at = now() - interval '3 minutes' where id = $1",
      [second.id],
    );
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

  const customerId = async () => {
    const text = "select stripe_customer_id as id from users where id = $1";
    const [found] = await billing.asSystem(text, [person.actor.userId]);
    return String(found?.id);
  };

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
    const object = {
      id: card.id,
      object: "payment_method",
      card: { exp_month: 12, exp_year: 2040, last4: "1881" },
    };
    const said = (type: string) => stripeSays(billing, type, object);
    await said("payment_method.automatically_updated");
    expect((await listPaymentMethods(deps, context())).payment_methods[0]).toMatchObject({
      exp_year: 2040,
      last4: "1881",
    });
    await said("payment_method.detached");
    expect(await ids()).toEqual([]);
  });
});
