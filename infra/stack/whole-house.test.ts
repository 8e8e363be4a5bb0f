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

    const control = (path: string, method: string, body?: object) =>
      fetch(`${stack.sandboxUrl}/control/${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }).then((response) => response.json());
    // The cron trigger runs to its end when it is asked for.
    expect(await control("cron", "POST")).toEqual({ status: 200 });
    expect(stack.logs().some((line) => line.includes('"event":"swept"'))).toBe(true);
    await control("phones/+14155550100", "PUT", { behaviour: "busy" });
    await control("faults/twilio", "PUT", { status: 500 });
    await control("reset", "POST");
    expect(await control("phones/+14155550100", "GET")).toMatchObject({ behaviour: "answer" });
    const account = `${stack.sandboxUrl}/2010-04-01/Accounts/AC1/Calls/CA1.json`;
    expect((await fetch(account)).status).toBe(401);
  } finally {
    await stack.stop();
  }
  for (const port of Object.values(ports)) await requireFree(port, "no port");
}, 120_000);
