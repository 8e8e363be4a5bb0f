// Fifty people call at once, by sound, over the whole house on a real PostgreSQL: each has their own conversation, to the word.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres } from "../infra/database/postgres-server.ts";
import type { Stack } from "../infra/stack/start-stack.ts";
import { addCallers, callAll, settled, wrongWith } from "./fixtures/callers.ts";
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
  const people = await addCallers(stack, callers);
  const calls = await callAll(people, ({ secret }) => [
    { say: `Hello, I am ${secret}.` },
    { say: "What did I say?" },
    { say: "Goodbye!" },
    { silenceMs: 30_000 },
    { hangup: true },
  ]);
  expect(new Set(calls.map(({ id }) => id)).size).toBe(callers);
  const wrong = await Promise.all(
    calls.map(async (call) => wrongWith(await settled(stack, call), call.caller)),
  );
  expect(wrong.flat()).toEqual([]);
});
