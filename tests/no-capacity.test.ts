// Every voice process is full: the person who was called hears so, pays nothing, and reads why. Over the whole house, with a
// door in place of the voice pipeline's that turns everybody away as a full one does.
import { once } from "node:events";
import { createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Stack } from "../infra/stack/start-stack.ts";
import { addCaller, settled } from "./fixtures/callers.ts";
import { startTestStack } from "./fixtures/test-stack.ts";

const full = createServer().on("upgrade", (_, socket) => {
  socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
});
let stack: Stack;

beforeAll(async () => {
  full.listen(0, "127.0.0.1");
  await once(full, "listening");
  const address = full.address();
  const port = typeof address === "object" ? address?.port : 0;
  stack = await startTestStack({ VOICE_PUBLIC_URL: `ws://127.0.0.1:${port}` });
}, 120_000);
afterAll(async () => {
  await stack.stop();
  full.close();
});

test("is told on the phone, costs nothing, and stands on the receipt", { timeout: 90_000 }, async () => {
  const person = await addCaller(stack, 1);
  const dial = await person.prepare([{ silenceMs: 60_000 }]);
  const { call, heard, stripe } = await settled(stack, await dial());
  expect(heard.map(({ text }) => text).join(" ")).toMatch(/lines are busy|not charged/);
  expect(call).toMatchObject({ status: "failed", end_reason: "no_capacity", cost: 0 });
  expect(call.payment.state).toBe("released");
  expect(stripe.amount_received).toBe(0);
});
