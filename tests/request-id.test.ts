// The id that a caller gives a request stands in whatever is logged about it, in every Worker, and in the log of the call
// that it asked for.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Stack } from "../infra/stack/start-stack.ts";
import { ApiClient } from "./api/client.ts";
import { register } from "./api/people.ts";
import { startTestStack } from "./fixtures/test-stack.ts";

let stack: Stack;
let api: ApiClient;

beforeAll(async () => {
  stack = await startTestStack({ RATE_LIMIT_SCALE: "100" });
  api = new ApiClient(stack.gatewayUrl);
}, 120_000);
afterAll(() => stack.stop());

const control = (method: string, path: string, body: object = {}) =>
  fetch(`${stack.sandboxUrl}/control/${path}`, {
    method,
    ...(method === "GET" ? {} : { body: JSON.stringify(body) }),
  });

/** What was logged under an id: which program said which event. */
function logged(id: string): string[] {
  return stack.logs().flatMap((line) => {
    const json = /\{.*\}/.exec(line)?.[0];
    if (json === undefined || !json.includes(id)) return [];
    const { worker, event, requestId }: Record<string, string> = JSON.parse(json);
    return requestId === id ? [`${worker}: ${event}`] : [];
  });
}

test("a request's id is followed from the gateway to Stripe's failure and through the whole call", {
  timeout: 60_000,
}, async () => {
  const person = await register(api);
  const under = (id: string) => ({ token: person.token, headers: { "X-Request-Id": id } });
  await api.good("startPhoneVerification", { token: person.token });
  const phone = `phones/${person.phone}`;
  const code = /code is: (\d{6})/.exec(await (await control("GET", phone)).text())?.[1];
  await api.good("checkPhoneVerification", { token: person.token, body: { code } });

  await control("PUT", "faults/stripe", { status: 500 });
  const body = { payment_method_id: "pm_card_visa" };
  await api.refused("addPaymentMethod", { ...under("trace-the-card"), body }, "STRIPE_ERROR");
  await control("DELETE", "faults/stripe");
  await expect
    .poll(() => logged("trace-the-card"))
    .toEqual(expect.arrayContaining(["gateway: request", "billing: stripe failed"]));

  await api.good("addPaymentMethod", { token: person.token, body });
  const script = [{ say: "Hello, who is there?" }, { hangup: true }];
  await control("PUT", phone, { behaviour: "answer", script });
  const hold = { token: person.token, body: { estimated_duration: 5 } };
  const { payment_intent_id } = await api.good("createPaymentIntent", hold);
  const wish = {
    phone_number: person.phone,
    persona_id: "01990000-0000-7000-8000-000000000001",
    payment_intent_id,
  };
  await api.good("createCall", { ...under("trace-the-call"), body: wish });
  // The pipeline's own requests to the gateway go on under it.
  await expect
    .poll(() => logged("trace-the-call"), { timeout: 45_000, interval: 300 })
    .toEqual(expect.arrayContaining(["gateway: request", "voice-pipeline: turn", "voice-pipeline: ended"]));
  expect(logged("trace-the-call").filter((line) => line === "gateway: request").length).toBeGreaterThan(1);
});
