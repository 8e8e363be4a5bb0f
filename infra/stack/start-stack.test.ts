import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { freePorts, requireFree } from "./ports.ts";
import { startStack } from "./start-stack.ts";

const env = { PATH: process.env.PATH, HOME: process.env.HOME, PASSWORD_HASH_COST: "4" };

test("a start with a malformed variable names it before anything runs", async () => {
  await expect(startStack({ env: { VOICE_PUBLIC_URL: "https://example.com" } })).rejects.toThrow(
    /^VOICE_PUBLIC_URL must be a ws/,
  );
});

test("a start on a port in use names the variable that moves it", async () => {
  const ports = await freePorts();
  const squatter = createServer().listen(ports.sandbox, "127.0.0.1");
  await once(squatter, "listening");
  await expect(startStack({ env, ports })).rejects.toThrow(/SANDBOX_PORT/);
  squatter.close();
});

test("a start that is called off stops what runs already", async () => {
  const ports = await freePorts();
  const calledOff = new AbortController();
  const starting = startStack({ env, ports, signal: calledOff.signal });
  calledOff.abort();
  await expect(starting).rejects.toThrow(/called off/);
  await requireFree(ports.sql, "SQL_PORT");
});
