import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { requireFree } from "./ports.ts";

const leash = fileURLToPath(new URL("leash.ts", import.meta.url));
// A program that starts another one in its own group, which ignores SIGTERM; both say their pid and never end.
const stubborn = "process.on('SIGTERM', () => {}); console.log(process.pid); setInterval(() => {}, 1000)";
const program = `
  const { spawn } = require("node:child_process");
  spawn(process.execPath, ["-e", ${JSON.stringify(stubborn)}], { stdio: "inherit" });
  console.log(process.pid);
`;

async function startLeashed() {
  const holder = fork(leash, ["-e", program], { stdio: ["ignore", "pipe", "inherit", "ipc"] });
  if (holder.stdout === null) throw new Error("the leash has no output");
  const pids: number[] = [];
  for await (const line of createInterface({ input: holder.stdout })) {
    pids.push(Number(line));
    if (pids.length === 2) break;
  }
  return { holder, pids };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("when the parent is gone, the whole process group goes, also what ignores SIGTERM", async () => {
  const { holder, pids } = await startLeashed();
  expect(pids.every(isAlive)).toBe(true);
  const gone = once(holder, "exit");
  holder.disconnect();
  await gone;
  await expect.poll(() => pids.some(isAlive)).toBe(false);
});

test("a port that is taken is named with the variable that moves it", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await expect(requireFree(port, "GATEWAY_PORT")).rejects.toThrow(`Port ${port} is in use`);
  await expect(requireFree(port, "GATEWAY_PORT")).rejects.toThrow(/GATEWAY_PORT/);
  server.close();
});
