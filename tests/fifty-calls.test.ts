// Fifty people call at once, by sound, over the whole house on a real PostgreSQL: each has their own conversation, to the word.
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres } from "../infra/database/postgres-server.ts";
import { disagreements } from "../infra/demo/agreement.ts";
import { Api } from "../infra/demo/api.ts";
import { stripeBooks } from "../infra/demo/stripe-books.ts";
import type { Stack } from "../infra/stack/start-stack.ts";
import { startTestStack } from "./fixtures/test-stack.ts";

const callers = 50;
let stack: Stack;
let stopServer: () => Promise<void>;

beforeAll(async () => {
  const server = await startPostgres();
  stopServer = () => server.close();
  stack = await startTestStack({ DATABASE_URL: server.url, RATE_LIMIT_SCALE: "1000" });
}, 120_000);
afterAll(async () => {
  await stack.stop();
  await stopServer();
});

test("50 calls at once, each with its own words, none mixed", { timeout: 240_000 }, async () => {
  const people = await Promise.all(Array.from({ length: callers }, (_, index) => prepare(index)));
  const ids = await Promise.all(people.map(({ api, call }) => call(api)));
  expect(new Set(ids).size).toBe(callers);
  const wrong = await Promise.all(people.map((person, index) => outcome(person, ids[index] ?? "")));
  expect(wrong.flat()).toEqual([]);
});

type Prepared = Awaited<ReturnType<typeof prepare>>;

async function prepare(index: number) {
  const api = new Api(stack.gatewayUrl, stack.sandboxUrl);
  const phone = `+1415555${2000 + index}`;
  await api.register("Ada Lovelace", `caller${index}@example.com`, phone);
  await api.verifyPhone(phone);
  await api.addCard();
  const { payment_intent_id } = await api.hold(5);
  const secret = `caller number ${1000 + index * 7}`;
  await api.setPhone(phone, {
    script: [
      { say: `Hello, I am ${secret}.` },
      { say: "What did I say?" },
      { say: "Goodbye!" },
      { silenceMs: 30_000 },
      { hangup: true },
    ],
  });
  const persona = await api.persona("Best Friend");
  return {
    api,
    phone,
    secret,
    payment_intent_id,
    call: (by: Api) => by.call(phone, persona, payment_intent_id),
  };
}

/** Every disagreement of one caller's call, with who it was. */
async function outcome({ api, phone, secret, payment_intent_id }: Prepared, id: string): Promise<string[]> {
  for (;;) {
    const call = await api.callDetail(id);
    if (call.payment.state === "captured" || call.payment.state === "released") {
      const line = (await api.phone(phone)).calls.at(-1);
      const stripe = await stripeBooks(stack.sandboxUrl, "sk_test_sandbox", payment_intent_id);
      const account = { heard: line?.heard ?? [], said: line?.said ?? [], call, stripe };
      const own = call.turns.some((turn) => turn.speaker === "caller" && turn.text.includes(secret));
      return [...disagreements(account), ...(own ? [] : ["the caller's own words are missing"])].map(
        (sentence) => `${secret}: ${sentence}`,
      );
    }
    await pause(1_000);
  }
}
