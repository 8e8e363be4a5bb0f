import Stripe from "stripe";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Faults } from "../faults.ts";
import { type ServedProvider, serveProvider } from "../testing/serve-provider.ts";
import { createStripe } from "./index.ts";

const secretKey = "sk_test_sandbox";
const publishableKey = "pk_test_sandbox";
let now = new Date("2026-11-20T12:00:00Z");
const faults = new Faults();
const provider = createStripe(
  { stripe: { secretKey, publishableKey, webhookSecret: "whsec_test" }, isRealLatency: false },
  faults,
  { clock: () => now },
);
let served: ServedProvider;
let stripe: Stripe;

beforeAll(async () => {
  served = await serveProvider(provider);
  stripe = new Stripe(secretKey, {
    host: "127.0.0.1",
    port: served.port,
    protocol: "http",
    telemetry: false,
    maxNetworkRetries: 0,
  });
});
afterAll(() => served.close());
beforeEach(() => {
  now = new Date("2026-11-20T12:00:00Z");
  faults.clear("stripe");
});

const customerWithCard = async (token = "pm_card_visa") => {
  const customer = await stripe.customers.create({ email: "ada@example.com", metadata: { user_id: "u1" } });
  const method = await stripe.paymentMethods.attach(token, { customer: customer.id });
  return { customer: customer.id, payment_method: method.id };
};

const hold = async (owner: { customer: string; payment_method: string }, more: object = {}) =>
  stripe.paymentIntents.create({
    ...owner,
    amount: 2000,
    currency: "usd",
    capture_method: "manual",
    confirm: true,
    off_session: true,
    ...more,
  });

const failure = async (asked: Promise<unknown>): Promise<Stripe.errors.StripeError> =>
  asked.then(
    () => expect.unreachable("it should have been refused"),
    (error: unknown) => {
      if (!(error instanceof Stripe.errors.StripeError)) throw error;
      return error;
    },
  );

describe("cards", () => {
  it("gives each attached test token its own id, and lists it with its customer", async () => {
    const { customer, payment_method } = await customerWithCard("pm_card_mastercard");
    expect(payment_method).toMatch(/^pm_(?!card_)/);
    const listed = await stripe.customers.listPaymentMethods(customer, { type: "card" });
    expect(listed.data.map((each) => [each.id, each.card?.brand, each.card?.last4])).toEqual([
      [payment_method, "mastercard", "4444"],
    ]);
  });

  it("never lets a detached card come back", async () => {
    const { customer, payment_method } = await customerWithCard();
    expect((await stripe.paymentMethods.detach(payment_method)).customer).toBeNull();
    expect((await failure(stripe.paymentMethods.attach(payment_method, { customer }))).statusCode).toBe(400);
  });

  it("makes a card from its number with the publishable key, and opens nothing else to that key", async () => {
    const browser = new Stripe(publishableKey, { host: "127.0.0.1", port: served.port, protocol: "http" });
    const made = await browser.paymentMethods.create({
      type: "card",
      card: { number: "4242 4242 4242 4242", exp_month: 12, exp_year: 2030, cvc: "123" },
    });
    expect(made.card?.last4).toBe("4242");
    expect((await failure(browser.customers.list())).statusCode).toBe(403);
    const wrong = browser.paymentMethods.create({
      type: "card",
      card: { number: "4242424242424241", exp_month: 12, exp_year: 2030 },
    });
    expect(await failure(wrong)).toMatchObject({ statusCode: 402, code: "incorrect_number" });
  });

  it("refuses to attach a card whose bank declines", async () => {
    const customer = await stripe.customers.create();
    const refused = await failure(
      stripe.paymentMethods.attach("pm_card_chargeDeclinedInsufficientFunds", { customer: customer.id }),
    );
    expect(refused).toMatchObject({
      statusCode: 402,
      code: "card_declined",
      decline_code: "insufficient_funds",
    });
  });
});

describe("a hold", () => {
  it("is captured in part and the rest is released", async () => {
    const intent = await hold(await customerWithCard());
    expect(intent).toMatchObject({ status: "requires_capture", amount_capturable: 2000, amount_received: 0 });
    const captured = await stripe.paymentIntents.capture(intent.id, {
      amount_to_capture: 345,
      expand: ["latest_charge"],
    });
    expect(captured).toMatchObject({ status: "succeeded", amount_received: 345, amount_capturable: 0 });
    expect(captured.latest_charge).toMatchObject({
      amount_captured: 345,
      amount_refunded: 1655,
      captured: true,
    });
  });

  it("can be captured once only, and not beyond what it holds", async () => {
    const intent = await hold(await customerWithCard());
    const tooMuch = await failure(stripe.paymentIntents.capture(intent.id, { amount_to_capture: 2001 }));
    expect(tooMuch).toMatchObject({ statusCode: 400, code: "amount_too_large" });
    await stripe.paymentIntents.capture(intent.id);
    const again = await failure(stripe.paymentIntents.capture(intent.id));
    expect(again).toMatchObject({
      statusCode: 400,
      code: "payment_intent_unexpected_state",
      payment_intent: { id: intent.id, status: "succeeded" },
    });
  });

  it("is let go by cancelling", async () => {
    const intent = await hold(await customerWithCard());
    const cancelled = await stripe.paymentIntents.cancel(intent.id, { cancellation_reason: "abandoned" });
    expect(cancelled).toMatchObject({ status: "canceled", amount_capturable: 0 });
    expect(await failure(stripe.paymentIntents.cancel(intent.id))).toMatchObject({
      code: "payment_intent_unexpected_state",
    });
  });

  it("lapses when its time is over: 4 days 18 hours off session with Visa", async () => {
    const intent = await hold(await customerWithCard(), { expand: ["latest_charge"] });
    const charge = intent.latest_charge;
    if (typeof charge !== "object" || charge === null) throw new Error("latest_charge was not expanded");
    const captureBefore = charge.payment_method_details?.card?.capture_before ?? 0;
    expect(captureBefore - now.getTime() / 1000).toBe(4 * 86_400 + 18 * 3_600);
    now = new Date(captureBefore * 1000);
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: "canceled",
      cancellation_reason: "expired",
    });
  });

  it("needs a way back for the cardholder when it is confirmed on session", async () => {
    const owner = await customerWithCard();
    expect((await failure(hold(owner, { off_session: undefined }))).message).toContain("return_url");
    const automatic = { enabled: true, allow_redirects: "never" };
    const intent = await hold(owner, { off_session: undefined, automatic_payment_methods: automatic });
    expect(intent.status).toBe("requires_capture");
  });
});

describe("a decline", () => {
  it("is a card error with its charge, and puts the intent back to wanting a card", async () => {
    const refused = await failure(hold(await customerWithCard("pm_card_chargeCustomerFail")));
    expect(refused).toMatchObject({ statusCode: 402, type: "StripeCardError", code: "card_declined" });
    const id = refused.payment_intent?.id ?? "";
    const intent = await stripe.paymentIntents.retrieve(id, { expand: ["latest_charge"] });
    expect(intent).toMatchObject({
      status: "requires_payment_method",
      last_payment_error: { code: "card_declined", decline_code: "generic_decline" },
      latest_charge: { status: "failed", paid: false },
    });
  });

  it("asks for authentication off session by refusing, on session by sending the cardholder to their bank", async () => {
    const owner = await customerWithCard("pm_card_authenticationRequired");
    expect(await failure(hold(owner))).toMatchObject({ statusCode: 402, code: "authentication_required" });
    const intent = await hold(owner, { off_session: undefined, return_url: "https://example.com/back" });
    expect(intent.status).toBe("requires_action");
    const page = intent.next_action?.redirect_to_url?.url ?? "";
    expect(await (await fetch(page)).text()).toContain("Complete");
    const back = await fetch(page, {
      method: "POST",
      body: new URLSearchParams({ action: "complete" }),
      redirect: "manual",
    });
    expect(back.headers.get("location")).toContain("redirect_status=succeeded");
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe("requires_capture");
  });

  it("is remembered by a card that was set up: it may be charged off session", async () => {
    const customer = await stripe.customers.create();
    const setup = await stripe.setupIntents.create({
      customer: customer.id,
      payment_method: "pm_card_authenticationRequiredOnSetup",
      confirm: true,
      return_url: "https://example.com/back",
    });
    expect(setup.status).toBe("requires_action");
    const page = setup.next_action?.redirect_to_url?.url ?? "";
    await fetch(page, {
      method: "POST",
      body: new URLSearchParams({ action: "complete" }),
      redirect: "manual",
    });
    const done = await stripe.setupIntents.retrieve(setup.id);
    expect(done.status).toBe("succeeded");
    const intent = await hold({ customer: customer.id, payment_method: String(done.payment_method) });
    expect(intent.status).toBe("requires_capture");
  });
});

describe("an idempotency key", () => {
  it("gives the first answer again, and holds the money once", async () => {
    const owner = await customerWithCard();
    const asked = {
      ...owner,
      amount: 900,
      currency: "usd",
      capture_method: "manual",
      confirm: true,
    } as const;
    const first = await stripe.paymentIntents.create(
      { ...asked, off_session: true },
      { idempotencyKey: "k-replay" },
    );
    const second = await stripe.paymentIntents.create(
      { ...asked, off_session: true },
      { idempotencyKey: "k-replay" },
    );
    expect(second.id).toBe(first.id);
    expect(second.lastResponse.headers["idempotent-replayed"]).toBe("true");
    expect((await stripe.paymentIntents.list({ customer: owner.customer })).data).toHaveLength(1);
  });

  it("refuses other parameters under the same key", async () => {
    await stripe.customers.create({ name: "A" }, { idempotencyKey: "k-other" });
    const refused = await failure(stripe.customers.create({ name: "B" }, { idempotencyKey: "k-other" }));
    expect(refused).toMatchObject({ statusCode: 400, type: "StripeIdempotencyError" });
  });

  it("is a conflict while the first request is at work", async () => {
    faults.set("stripe", { firstByteMs: 150 });
    const both = await Promise.allSettled([
      stripe.customers.create({ name: "A" }, { idempotencyKey: "k-both" }),
      stripe.customers.create({ name: "A" }, { idempotencyKey: "k-both" }),
    ]);
    expect(both.map((each) => each.status).sort()).toEqual(["fulfilled", "rejected"]);
    const lost = both.find((each) => each.status === "rejected");
    expect(lost?.reason).toMatchObject({ statusCode: 409, code: "idempotency_key_in_use" });
  });

  it("remembers a decline but not a malformed request", async () => {
    const owner = await customerWithCard("pm_card_chargeCustomerFail");
    const key = { idempotencyKey: "k-decline" };
    const asked = { ...owner, amount: 900, currency: "usd", confirm: true, off_session: true } as const;
    const first = await failure(stripe.paymentIntents.create(asked, key));
    const second = await failure(stripe.paymentIntents.create(asked, key));
    expect(second.payment_intent?.id).toBe(first.payment_intent?.id);
    const corrected = { idempotencyKey: "k-corrected" };
    await failure(stripe.paymentIntents.create({ amount: 10, currency: "usd" }, corrected));
    expect((await stripe.paymentIntents.create({ amount: 100, currency: "usd" }, corrected)).amount).toBe(
      100,
    );
  });

  it("makes a lost answer safe to ask for again", async () => {
    faults.set("stripe", { dropAfterMs: 0 });
    const asked = () => stripe.customers.create({ name: "Lost" }, { idempotencyKey: "k-lost" });
    await failure(asked());
    faults.clear("stripe");
    expect((await asked()).lastResponse.headers["idempotent-replayed"]).toBe("true");
  });
});

describe("bad requests", () => {
  const post = (
    body: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; error: unknown }> =>
    fetch(`${served.url}/v1/payment_intents`, {
      method: "POST",
      body,
      headers: {
        authorization: `Bearer ${secretKey}`,
        "content-type": "application/x-www-form-urlencoded",
        ...headers,
      },
    }).then(async (response) => ({ status: response.status, error: Object(await response.json()).error }));

  it.each([
    ["currency=usd", "parameter_missing", "amount"],
    ["amount=ten&currency=usd", "parameter_invalid_integer", "amount"],
    ["amount=100&currency=usd&colour=red", "parameter_unknown", "colour"],
    ["amount=10&currency=usd", "amount_too_small", "amount"],
    ["amount=100&currency=usd&customer=cus_none", "resource_missing", "customer"],
  ])("names what is wrong in %s", async (body, code, param) => {
    expect(await post(body)).toMatchObject({
      status: 400,
      error: { type: "invalid_request_error", code, param },
    });
  });

  it("refuses JSON, unbalanced brackets and a wrong key", async () => {
    expect((await post('{"amount":100}', { "content-type": "application/json" })).status).toBe(400);
    expect((await post("metadata[a=1&amount=100&currency=usd")).status).toBe(400);
    expect((await post("amount=100&currency=usd", { authorization: "Bearer sk_test_wrong" })).status).toBe(
      401,
    );
    const basic = `Basic ${Buffer.from(`${secretKey}:`).toString("base64")}`;
    expect((await post("amount=100&currency=usd", { authorization: basic })).status).toBe(200);
  });

  it("says 404 for an intent that is not there", async () => {
    expect(await failure(stripe.paymentIntents.retrieve("pi_none"))).toMatchObject({
      statusCode: 404,
      code: "resource_missing",
    });
  });
});

describe("refunds", () => {
  it("give back what was captured, never more", async () => {
    const intent = await hold(await customerWithCard());
    await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 500 });
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 200 });
    expect(refund).toMatchObject({ status: "succeeded", amount: 200 });
    expect(
      (await failure(stripe.refunds.create({ payment_intent: intent.id, amount: 400 }))).statusCode,
    ).toBe(400);
    await stripe.refunds.create({ payment_intent: intent.id });
    expect(
      (await stripe.refunds.list({ payment_intent: intent.id })).data.map((each) => each.amount),
    ).toEqual([300, 200]);
  });
});
