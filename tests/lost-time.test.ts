// A model is away in the middle of a call, through the whole house: the caller is told, the call goes on, and its books agree that
// the time which was lost costs nothing.
import { creditCents } from "@callmeback/shared/domain/pricing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { disagreements } from "../infra/demo/agreement.ts";
import type { Stack } from "../infra/stack/start-stack.ts";
import { addCaller, settled } from "./fixtures/callers.ts";
import { startTestStack } from "./fixtures/test-stack.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startTestStack({ RATE_LIMIT_SCALE: "100" });
}, 120_000);
afterAll(() => stack.stop());

test("what a provider took of a call is on its receipt, and not charged", { timeout: 90_000 }, async () => {
  const fault = `${stack.sandboxUrl}/control/faults/llm`;
  const caller = await addCaller(stack, 1);
  const dial = await caller.prepare([{ say: "How are you today?" }, ...Array(3).fill({ say: "Goodbye!" })]);
  await fetch(fault, { method: "PUT", body: JSON.stringify({ status: 500 }) });
  const call = await dial();
  const heard = async () =>
    (await caller.api.phone(caller.phone)).calls.flatMap(({ heard: words }) => words.map(({ text }) => text));
  await expect
    .poll(async () => (await heard()).join(" "), { timeout: 40_000, interval: 100 })
    .toMatch(/lost my train/i);
  await fetch(fault, { method: "DELETE" });
  const account = await settled(stack, call);
  const { credit, duration } = account.call;
  expect(account.call.end_reason).toBe("persona_goodbye");
  expect(credit?.seconds).toBeGreaterThan(1);
  expect(credit?.seconds).toBeLessThan(duration ?? 0);
  expect(Math.round((credit?.amount ?? 0) * 100)).toBe(creditCents(credit?.seconds ?? 0));
  expect(disagreements(account)).toEqual([]);
});
