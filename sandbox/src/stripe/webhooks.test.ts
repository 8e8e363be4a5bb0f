import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import Stripe from "stripe";
import { afterEach, expect, it } from "vitest";
import { Faults } from "../faults.ts";
import { serveProvider } from "../testing/serve-provider.ts";
import { createStripe } from "./index.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A product that takes webhooks, refusing the first `refusals` of them. */
const receiver = async (refusals: number) => {
  const taken: Stripe.Event[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  let left = refusals;
  const server = createServer(async (request, response) => {
    const payload = await text(request);
    const refuses = left-- > 0;
    response.writeHead(refuses ? 500 : 200).end();
    if (refuses) return;
    const header = request.headers["stripe-signature"] ?? "";
    taken.push(Stripe.webhooks.constructEvent(payload, header, "whsec_test"));
    for (const each of waiting) if (taken.length >= each.count) each.resolve();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/hook`,
    taken: (count: number) =>
      new Promise<Stripe.Event[]>((resolve) => {
        const done = () => resolve(taken);
        if (taken.length >= count) done();
        else waiting.push({ count, resolve: done });
      }),
  };
};

const stripeTowards = async (webhookUrl: string) => {
  const served = await serveProvider(
    createStripe(
      {
        stripe: { secretKey: "sk_test", publishableKey: "pk_test", webhookSecret: "whsec_test", webhookUrl },
        isRealLatency: false,
      },
      new Faults(),
      { webhookDelaysMs: [1, 1, 1] },
    ),
  );
  closing.push(() => served.close());
  return new Stripe("sk_test", { host: "127.0.0.1", port: served.port, protocol: "http", telemetry: false });
};

it("posts every event of a hold, signed so that Stripe's own package accepts it", async () => {
  const product = await receiver(0);
  const stripe = await stripeTowards(product.url);
  await stripe.paymentIntents.create({
    amount: 1000,
    currency: "usd",
    payment_method: "pm_card_visa",
    capture_method: "manual",
    confirm: true,
    off_session: true,
  });
  const types = (await product.taken(3)).map((event) => event.type).sort();
  expect(types).toEqual([
    "charge.succeeded",
    "payment_intent.amount_capturable_updated",
    "payment_intent.created",
  ]);
});

it("posts an event again until it is taken", async () => {
  const product = await receiver(2);
  const stripe = await stripeTowards(product.url);
  const customer = await stripe.customers.create({ name: "Ada" });
  const [event] = await product.taken(1);
  expect(event?.data.object).toMatchObject({ id: customer.id });
  expect((await stripe.events.list()).data[0]?.id).toBe(event?.id);
});
