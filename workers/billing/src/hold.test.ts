import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { spender, startBilling, stripeSays } from "../../../tests/fixtures/billing.ts";
import type { Person } from "../../../tests/fixtures/people.ts";
import { holdOffSession } from "./create-hold.ts";
import { settle } from "./settle.ts";
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

const addCard = (id: string, isDefault = false) => spender(billing, person).addCard(id, isDefault);
const hold = () => spender(billing, person).hold();
const atStripe = (id: string) => deps.stripe.paymentIntents.retrieve(id);
const asSystem = (text: string, values: string[]) => billing.asSystem(text, values);
const ledger = async (id: string) =>
  (await asSystem("select state, capture_cents from payments where stripe_payment_intent_id = $1", [id]))[0];
const age = (id: string, minutes: number) =>
  asSystem(
    `update payments set state_since = now() - interval '${minutes} minutes' where stripe_payment_intent_id = $1`,
    [id],
  );
const states = async () =>
  (await asSystem("select state from payments where user_id = $1 order by state", [person.actor.userId])).map(
    (row) => row.state,
  );

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
    expect((await states()).filter((state) => state === "held")).toEqual([]);
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
    await asSystem(
      "update payments set state = 'capturing', capture_cents = 105 where stripe_payment_intent_id = $1",
      [id],
    );
    await deps.stripe.paymentIntents.capture(id, { amount_to_capture: 105 });
    await settle(deps, { paymentIntentId: id, captureCents: 105 });
    expect(await ledger(id)).toEqual({ state: "captured", capture_cents: 105 });
  });

  test("that waits for its owner's authentication is held when Stripe says so, however often it says it", async () => {
    await addCard("pm_card_authenticationRequired");
    const id = await hold();
    expect(await ledger(id)).toMatchObject({ state: "pending" });
    const says = () =>
      stripeSays(billing, "payment_intent.amount_capturable_updated", { id, object: "payment_intent" });
    await says();
    await says();
    expect(await ledger(id)).toMatchObject({ state: "held" });
  });
});
