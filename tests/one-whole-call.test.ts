// The whole house, nothing mocked: a stranger registers, is called, talks, and every account of the call agrees.
import { afterAll, beforeAll, expect, test } from "vitest";
import { runDemo, shortTalk } from "../infra/demo/run-demo.ts";
import type { Stack } from "../infra/stack/start-stack.ts";
import { startTestStack } from "./fixtures/test-stack.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startTestStack();
}, 120_000);
afterAll(() => stack.stop());

test("heard words, transcript, duration, price, capture and released rest agree", {
  timeout: 180_000,
}, async () => {
  const lines: string[] = [];
  const demo = { ...stack, stripeSecretKey: "sk_test_sandbox" };
  const { account, wrong } = await runDemo(demo, shortTalk, (line) => lines.push(line));
  expect(wrong, lines.join("\n")).toEqual([]);
  const { turns } = account.call;
  expect(turns.filter((turn) => turn.speaker === "caller").length).toBeGreaterThanOrEqual(5);
  expect(turns.some((turn) => turn.speaker === "persona" && turn.interrupted)).toBe(true);
  expect(account.call.end_reason).toBe("persona_goodbye");
  const metrics = await (await fetch(`${stack.voiceUrl}/metrics`)).text();
  expect(metrics).toContain('callmeback_voice_preparations_total{outcome="used"} 1\n');
});
