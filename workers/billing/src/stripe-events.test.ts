// What Stripe tells, in any order and any number: the books end the same.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { spender, startBilling, stripeSays } from "../../../tests/fixtures/billing.ts";
import type { Person } from "../../../tests/fixtures/people.ts";
import { receiveEvent } from "./receive-event.ts";
import { refund } from "./refund.ts";
import { settle } from "./settle.ts";

let billing: Awaited<ReturnType<typeof startBilling>>;
let person: Person;

beforeAll(async () => {
  billing = await startBilling();
});
afterAll(() => billing.close());
beforeEach(async () => {
  person = await billing.addPerson();
});

const asSystem = (text: string, values: string[]) => billing.asSystem(text, values);
async function books(intent: string) {
  const [payment] = await asSystem(
    "select state, capture_cents, refunded_cents from payments where stripe_payment_intent_id = $1",
    [intent],
  );
  const of =
    "where payment_id = (select id from payments where stripe_payment_intent_id = $1) order by cents";
  const refunds = await asSystem(`select cents, state from refunds ${of}`, [intent]);
  const disputes = await asSystem(`select cents, status from disputes ${of}`, [intent]);
  return { payment, refunds, disputes };
}

/** Reproducible, and another order for each seed. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed * 2_654_435_761 + 1;
  const next = () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
  return items
    .map((item) => [next(), item] as const)
    .toSorted(([one], [other]) => one - other)
    .map(([, item]) => item);
}

describe("Stripe's events", () => {
  test("with a forged signature are refused, and not kept", async () => {
    const forged = receiveEvent(billing.deps, "whsec_test", '{"id":"evt_forged"}', "t=1,v1=00");
    await expect(forged).rejects.toMatchObject({ code: "INVALID_SIGNATURE" });
    expect(await asSystem("select 1 from stripe_events where id = $1", ["evt_forged"])).toEqual([]);
  });

  test("about a capture, refunds and a dispute leave the same books in every order, doubled and beside our own work", async () => {
    const { addCard, hold } = spender(billing, person);
    await addCard("pm_card_visa");
    for (let seed = 1; seed <= 30; seed += 1) {
      const intent = await hold();
      const re = (name: string) => `re_${name}_${intent}`;
      const refunded = (name: string, amount: number, status: string) => ({
        id: re(name),
        object: "refund",
        amount,
        status,
        payment_intent: intent,
        metadata: {},
      });
      const dispute = (status: string) => ({
        id: `dp_${intent}`,
        object: "dispute",
        amount: 105,
        status,
        reason: "fraudulent",
        payment_intent: intent,
        created: 1_700_000_000,
        evidence_details: { due_by: 1_700_600_000 },
      });
      // Stripe has captured; that we note it, and all that Stripe tells, may come in any order.
      await asSystem(
        "update payments set state = 'capturing', capture_cents = 105 where stripe_payment_intent_id = $1",
        [intent],
      );
      await billing.deps.stripe.paymentIntents.capture(intent, { amount_to_capture: 105 });
      const says =
        (type: string, object: object, at = 0) =>
        () =>
          stripeSays(billing, type, object, at);
      const steps = [
        () => settle(billing.deps, { paymentIntentId: intent, captureCents: 105 }),
        says("payment_intent.amount_capturable_updated", { id: intent, object: "payment_intent" }),
        says("payment_intent.succeeded", { id: intent, object: "payment_intent", amount_received: 105 }),
        says("refund.created", refunded("part", 40, "succeeded")),
        says("refund.created", refunded("broken", 65, "pending")),
        says("refund.failed", refunded("broken", 65, "failed")),
        says("refund.created", refunded("rest", 65, "succeeded")),
        says("charge.dispute.created", dispute("needs_response"), 1),
        says("charge.dispute.updated", dispute("under_review"), 2),
        says("charge.dispute.closed", dispute("won"), 3),
      ];
      for (const step of shuffled([...steps, ...steps], seed)) await step();
      expect(await books(intent), `seed ${seed}`).toEqual({
        payment: { state: "refunded", capture_cents: 105, refunded_cents: 105 },
        refunds: [
          { cents: 40, state: "succeeded" },
          { cents: 65, state: expect.any(String) },
          { cents: 65, state: expect.any(String) },
        ],
        disputes: [{ cents: 105, status: "won" }],
      });
    }
  });

  test("about a refund of ours are that refund, also when they come before Stripe's answer; one that fails is open again", async () => {
    const intent = await spender(billing, person).captured(105);
    const [payment] = await asSystem("select id from payments where stripe_payment_intent_id = $1", [intent]);
    const paymentId = String(payment?.id);
    const early = crypto.randomUUID();
    await asSystem(
      `insert into refunds (id, tenant_id, user_id, payment_id, cents, reason)
       select '${early}', tenant_id, user_id, id, 50, 'slow' from payments where id = $1`,
      [paymentId],
    );
    const told = (status: string) => ({
      id: `re_${early}`,
      object: "refund",
      amount: 50,
      status,
      payment_intent: intent,
      metadata: { refund_id: early },
    });
    await stripeSays(billing, "refund.created", told("succeeded"));
    expect(await books(intent)).toMatchObject({
      payment: { state: "captured", refunded_cents: 50 },
      refunds: [{ cents: 50, state: "succeeded" }],
    });
    const wish = { paymentId, cents: null, reason: "the rest", key: null };
    await refund(billing.deps, { kind: "system" }, wish);
    expect(await books(intent)).toMatchObject({ payment: { state: "refunded", refunded_cents: 105 } });
    await stripeSays(billing, "refund.failed", told("failed"));
    await stripeSays(billing, "refund.created", told("succeeded"));
    expect(await books(intent)).toMatchObject({ payment: { state: "captured", refunded_cents: 55 } });
  });

  test("about a capture that was made at Stripe are noted with Stripe's sum", async () => {
    const { addCard, hold } = spender(billing, person);
    await addCard("pm_card_visa");
    const intent = await hold();
    await billing.deps.stripe.paymentIntents.capture(intent, { amount_to_capture: 90 });
    await settle(billing.deps, { paymentIntentId: intent, captureCents: 65 });
    expect(await books(intent)).toMatchObject({ payment: { state: "captured", capture_cents: 90 } });
    const other = await hold();
    const taken = { id: other, object: "payment_intent", amount_received: 80 };
    await stripeSays(billing, "payment_intent.succeeded", taken);
    await settle(billing.deps, { paymentIntentId: other, captureCents: 65 });
    expect(await books(other)).toMatchObject({ payment: { state: "captured", capture_cents: 80 } });
  });

  test("about what is not ours change nothing", async () => {
    const nobody = {
      id: "re_x",
      object: "refund",
      amount: 5,
      status: "succeeded",
      payment_intent: "pi_nobody",
    };
    await stripeSays(billing, "refund.created", nobody);
    await stripeSays(billing, "refund.created", { ...nobody, payment_intent: null });
    await stripeSays(billing, "customer.created", { id: "cus_x", object: "customer" });
    expect(await asSystem("select 1 from refunds where stripe_refund_id = $1", ["re_x"])).toEqual([]);
  });
});
