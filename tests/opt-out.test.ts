// Nobody is called who asked not to be: by the telephone's own key in a call, and by SMS, through the whole house.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Api } from "../infra/demo/api.ts";
import type { Stack } from "../infra/stack/start-stack.ts";
import { startTestStack } from "./fixtures/test-stack.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startTestStack({ RATE_LIMIT_SCALE: "100" });
}, 120_000);
afterAll(() => stack.stop());

test("the digit 9 in a call, then STOP and START by SMS", { timeout: 60_000 }, async () => {
  const phone = "+14155550177";
  const api = new Api(stack.gatewayUrl, stack.sandboxUrl);
  await api.register("Ada Lovelace", `${randomUUID()}@example.com`, phone);
  await api.verifyPhone(phone);
  await api.addCard();
  const persona = await api.persona("Best Friend");
  const call = async () => api.call(phone, persona, (await api.hold(5)).payment_intent_id);
  const text = (body: string) =>
    fetch(`${stack.sandboxUrl}/control/phones/${phone}/messages`, {
      method: "POST",
      body: JSON.stringify({ body }),
    });

  await api.setPhone(phone, {
    behaviour: "answer",
    script: [{ silenceMs: 3_000 }, { digits: "9" }, { silenceMs: 10_000 }],
  });
  const id = await call();
  await expect
    .poll(async () => (await api.callDetail(id)).end_reason, { timeout: 40_000, interval: 300 })
    .toBe("opt_out");
  const heard = (await api.phone(phone)).calls.flatMap(({ heard: words }) => words.map((each) => each.text));
  expect(heard.join(" ").toLowerCase()).toContain("not be called again");
  await expect(call()).rejects.toThrow(/CALL_BLOCKED.*suppressed/);

  expect(await (await text("START")).json()).toEqual({ status: 200 });
  await api.setPhone(phone, { behaviour: "busy" });
  await expect(call()).resolves.toBeDefined();
  await text("stop");
  await expect(call()).rejects.toThrow(/CALL_BLOCKED|CONCURRENT_CALLS/);
});
