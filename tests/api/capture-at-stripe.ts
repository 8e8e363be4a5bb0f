// Somebody captures a hold in Stripe's dashboard.
import { setTimeout as wait } from "node:timers/promises";
import type { Stack } from "../../infra/stack/start-stack.ts";
import type { ApiClient } from "./client.ts";

/** @param token an operator's. Answers the payment's id once Stripe has told us that it is captured. */
export async function captureAtStripe(
  stack: Stack,
  api: ApiClient,
  token: string,
  paymentIntentId: string,
): Promise<string> {
  const address = `${stack.sandboxUrl}/v1/payment_intents/${paymentIntentId}/capture`;
  const headers = { Authorization: "Bearer sk_test_sandbox" };
  const { ok } = await fetch(address, { method: "POST", headers });
  if (!ok) throw new Error("Stripe did not capture the hold.");
  for (;;) {
    const { payments } = await api.good("adminListPayments", { token, query: "?state=captured" });
    const found = payments.find((payment) => payment.payment_intent_id === paymentIntentId);
    if (found) return found.id;
    await wait(50);
  }
}
