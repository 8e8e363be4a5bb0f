import type { AdminContext } from "@callmeback/shared/rpc/context";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { spender, startBilling, stripeSays } from "../../../tests/fixtures/billing.ts";
import type { Person } from "../../../tests/fixtures/people.ts";
import { adminGetPayment, adminListPayments, adminRefundPayment } from "./admin-payments.ts";

let billing: Awaited<ReturnType<typeof startBilling>>;
let person: Person;
let context: AdminContext;

beforeAll(async () => {
  billing = await startBilling();
  const adminId = crypto.randomUUID();
  await asAuth(
    "insert into admin_users (id, email, name, password_hash) values ($1, 'op@example.com', 'Op', '')",
    adminId,
  );
  const token = {
    tokenId: crypto.randomUUID(),
    issuedAt: Date.now() / 1000,
    expiresAt: Date.now() / 1000 + 60,
  };
  context = { actor: { kind: "admin", adminId, ...token }, requestId: "test-request" };
});
afterAll(() => billing.close());
beforeEach(async () => {
  person = await billing.addPerson();
});

const asAuth = async (text: string, value: string) =>
  (await billing.database.as("auth").transact({ kind: "system" }, [{ text, values: [value] }]))[0];

async function captured(cents: number) {
  const intent = await spender(billing, person).captured(cents);
  const [payment] = await billing.asSystem("select id from payments where stripe_payment_intent_id = $1", [
    intent,
  ]);
  return { intent, id: String(payment?.id) };
}
const give = (id: string, amount: number | undefined, key: string | null = null, reason = "It crackled") =>
  adminRefundPayment(billing.deps, context, id, { amount, reason }, key);
const look = async (id: string) => (await adminGetPayment(billing.deps, context, id)).payment;
const audited = async (id: string) =>
  (await asAuth("select act from admin_audit where target = $1", id))?.map(({ act }) => act) ?? [];

describe("a refund by an operator", () => {
  test("gives back a part, then all that is left, and each is written down", async () => {
    const { id } = await captured(105);
    expect((await give(id, 0.65)).refund).toMatchObject({
      amount: 0.65,
      state: "succeeded",
      reason: "It crackled",
    });
    expect(await look(id)).toMatchObject({ state: "captured", captured: 1.05, refunded: 0.65 });
    expect((await give(id, undefined)).refund.amount).toBe(0.4);
    expect(await look(id)).toMatchObject({ state: "refunded", refunds: [{ amount: 0.65 }, { amount: 0.4 }] });
    expect(await audited(id)).toEqual(["payment.refund", "payment.refund"]);
  });

  test("is one for one key, however often it is asked for at once; another wish under that key is refused", async () => {
    const { id, intent } = await captured(105);
    const asked = await Promise.all(Array.from({ length: 8 }, () => give(id, 0.25, "ticket-1")));
    expect(new Set(asked.map(({ refund }) => refund.id)).size).toBe(1);
    expect(await look(id)).toMatchObject({ refunded: 0.25 });
    const { data } = await billing.deps.stripe.refunds.list({ payment_intent: intent });
    expect(data.map(({ amount }) => amount)).toEqual([25]);
    expect(await audited(id)).toEqual(["payment.refund"]);
    await expect(give(id, 0.3, "ticket-1")).rejects.toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
    await expect(give(id, 0.25, "ticket-1", "Other")).rejects.toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
    expect(await look(id)).toMatchObject({ refunded: 0.25 });
  });

  test("of more than is left, of a hold or of nothing is refused, and not written down as done", async () => {
    const { id } = await captured(105);
    await expect(give(id, 1.06)).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    const held = await spender(billing, person).hold();
    const [payment] = await billing.asSystem("select id from payments where stripe_payment_intent_id = $1", [
      held,
    ]);
    await expect(give(String(payment?.id), 0.1)).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    await expect(give(crypto.randomUUID(), 0.1)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect([...(await audited(id)), ...(await audited(String(payment?.id)))]).toEqual([]);
  });
});

describe("payments, as an operator sees them", () => {
  test("are found by person, state and dispute", async () => {
    const { id, intent } = await captured(65);
    await spender(billing, person).hold();
    const find = async (more: object) => {
      const query = { page: 1, limit: 20, user_id: person.actor.userId, ...more };
      return (await adminListPayments(billing.deps, context, query)).payments.map((payment) => payment.state);
    };
    expect(await find({})).toEqual(["held", "captured"]);
    expect(await find({ state: "held" })).toEqual(["held"]);
    expect(await find({ disputed: "true" })).toEqual([]);
    await stripeSays(billing, "charge.dispute.created", {
      id: `dp_${id}`,
      object: "dispute",
      amount: 65,
      status: "needs_response",
      reason: "fraudulent",
      payment_intent: intent,
      created: 1_700_000_000,
      evidence_details: { due_by: 1_700_600_000 },
    });
    expect(await find({ disputed: "true" })).toEqual(["captured"]);
    expect(await look(id)).toMatchObject({
      is_disputed: true,
      disputes: [{ amount: 0.65, status: "needs_response", evidence_due_at: "2023-11-21T20:53:20.000Z" }],
    });
  });
});
