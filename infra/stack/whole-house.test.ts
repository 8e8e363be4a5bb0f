import { expect, test } from "vitest";
import { freePorts, requireFree } from "./ports.ts";
import { startStack } from "./start-stack.ts";

const env = { PATH: process.env.PATH, HOME: process.env.HOME, PASSWORD_HASH_COST: "4" };

test("the whole house starts, is ready with its database, and leaves nothing behind", async () => {
  const ports = await freePorts();
  const stack = await startStack({ env, ports });
  try {
    const ready = await fetch(`${stack.gatewayUrl}/api/health/ready`);
    expect(ready.status).toBe(200);
    expect((await fetch(`${stack.gatewayUrl}/api/personas`)).status).toBe(200);
    expect(stack.sandboxed).toHaveLength(5);
  } finally {
    await stack.stop();
  }
  for (const port of Object.values(ports)) await requireFree(port, "no port");
}, 120_000);
