import { system } from "@callmeback/shared/rpc/context";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { spender, startBilling } from "../../../tests/fixtures/billing.ts";
import type { Person } from "../../../tests/fixtures/people.ts";
import { giveBack, refund } from "./refund.ts";
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

const captured = (cents: number) => spender(billing, person).captured(cents);
const asSystem = (text: string, values: string[]) => billing.asSystem(text, values);
const ledger = async (id: string) =>
  (
    await asSystem("select id, state, refunded_cents from payments where stripe_payment_intent_id = $1", [id])
  )[0];
const paymentOf = async (id: string) => String((await ledger(id))?.id);

describe("money that goes back", () => {
  const refunds = (id: string) =>
    deps.stripe.refunds.list({ payment_intent: id }).then(({ data }) => data.map(({ amount }) => amount));

  test("is released while it is only held, refunded once it was taken, the same however often it is asked", async () => {
    await spender(billing, person).addCard("pm_card_visa");
    const held = await spender(billing, person).hold();
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
    const paymentId = await paymentOf(id);
    const goodwill = (cents: number | null) =>
      refund(deps, system, { paymentId, cents, reason: "goodwill", key: null });
    const asked = await Promise.allSettled(Array.from({ length: 10 }, () => goodwill(30)));
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    await expect(goodwill(11)).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
    });
    await goodwill(null);
    expect((await refunds(id)).sort()).toEqual([10, 30, 30, 30]);
    expect(await ledger(id)).toMatchObject({ state: "refunded" });
  });

  test("that a crash cut off is sent by the sweep, once", async () => {
    const id = await captured(100);
    await asSystem(
      `insert into refunds (id, tenant_id, user_id, payment_id, cents, reason, created_at)
       select gen_random_uuid(), tenant_id, user_id, id, 40, 'crash', now() - interval '3 minutes' from payments where stripe_payment_intent_id = $1`,
      [id],
    );
    await Promise.all([sweep(deps), sweep(deps)]);
    await sweep(deps);
    expect(await refunds(id)).toEqual([40]);
  });

  test("that was cut off wholly is finished by asking again, not asked for twice", async () => {
    const id = await captured(100);
    await asSystem(
      `insert into refunds (id, tenant_id, user_id, payment_id, cents, reason)
       select gen_random_uuid(), tenant_id, user_id, id, 100, 'crash' from payments where stripe_payment_intent_id = $1`,
      [id],
    );
    expect(await giveBack(deps, id, "cancelled")).toMatchObject({ status: "refunded", amountCents: 100 });
    expect(await refunds(id)).toEqual([100]);
  });

  test("of a hold that is not captured is refused", async () => {
    await spender(billing, person).addCard("pm_card_visa");
    const paymentId = await paymentOf(await spender(billing, person).hold());
    const refused = refund(deps, system, { paymentId, cents: null, reason: "goodwill", key: null });
    await expect(refused).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
  });
});
