// The account on which `npm start` opens: a person with a verified phone, a card and some calls behind them.
// Only in a stack whose telephone and money are the sandbox's; doing it again changes nothing.
import * as z from "zod";
import { demoAhead, demoPersona } from "./demo-calls.ts";
import { type HistoryStore, writeDemoHistory } from "./demo-history.ts";

export const demoAccount = {
  name: "Robin Demo",
  email: "demo@example.com",
  password: "CallMe-back-1",
  phone: "+14155550142",
} as const;

export interface DemoStack {
  readonly gatewayUrl: string;
  readonly sandboxUrl: string;
}

const session = z.object({
  token: z.string(),
  user: z.object({ id: z.string(), phone_verified: z.boolean() }),
});
const hold = z.object({ payment_intent_id: z.string() });
const ahead = z.object({ scheduled_calls: z.array(z.unknown()) });
const phoneView = z.object({ messages: z.array(z.object({ body: z.string() })) });

/** @throws Error with the API's own words */
export async function seedDemoAccount(stack: DemoStack, store: HistoryStore): Promise<void> {
  const { name, email, password, phone } = demoAccount;
  const entered =
    (await post(stack, "/api/auth/login", { email, password }).catch(() => undefined)) ??
    (await post(stack, "/api/auth/register", { name, email, password, phone }));
  const { token, user } = session.parse(entered);
  if (!user.phone_verified) {
    await post(stack, "/api/user/phone/verification", undefined, token);
    const view = phoneView.parse(await (await fetch(`${stack.sandboxUrl}/control/phones/${phone}`)).json());
    const code = /\d{6}/.exec(view.messages.at(-1)?.body ?? "")?.[0];
    await post(stack, "/api/user/phone/verification/check", { code }, token);
  }
  // The sandbox's Stripe forgets its customers when it stops, so cards of an earlier start lead nowhere.
  await store.forgetCards();
  await post(
    stack,
    "/api/user/payment-method",
    { payment_method_id: "pm_card_visa", set_as_default: true },
    token,
  );
  // Once, like the history: there they are already.
  await post(stack, "/api/personas", demoPersona, token).catch((error: Error) => {
    if (!error.message.includes("DUPLICATE_NAME")) throw error;
  });
  await writeDemoHistory(store, user.id);
  await scheduleAhead(stack, token);
}

/** One call ahead, where there is none. */
async function scheduleAhead(stack: DemoStack, token: string): Promise<void> {
  const listed = await ask("GET", stack, "/api/calls/scheduled?status=scheduled", undefined, token);
  if (ahead.parse(listed).scheduled_calls.length > 0) return;
  const at = new Date(Date.now() + demoAhead.inDays * 24 * 3_600_000);
  at.setUTCHours(demoAhead.hourUtc, 0, 0, 0);
  const held = await post(stack, "/api/user/create-payment-intent", { estimated_duration: 10 }, token);
  const wish = {
    phone_number: demoAccount.phone,
    persona_id: demoAhead.personaId,
    payment_intent_id: hold.parse(held).payment_intent_id,
    scheduled_time: at.toISOString(),
  };
  await post(stack, "/api/calls/schedule", wish, token);
}

const post = (stack: DemoStack, path: string, body?: object, token?: string): Promise<unknown> =>
  ask("POST", stack, path, body, token);

async function ask(
  method: "GET" | "POST",
  stack: DemoStack,
  path: string,
  body?: object,
  token?: string,
): Promise<unknown> {
  const response = await fetch(stack.gatewayUrl + path, {
    method,
    headers: {
      // Its own address, so that the limits of the person at this machine are left whole.
      "CF-Connecting-IP": "192.0.2.1",
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`The demo account: ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
