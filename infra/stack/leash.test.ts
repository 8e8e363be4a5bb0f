import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { requireFree } from "./ports.ts";

const leash = fileURLToPath(new URL("leash.ts", import.meta.url));
// A program that starts another one in its own group, which ignores SIGTERM; both say that they run.
const stubborn = "process.on('SIGTERM', () => {}); console.log(process.pid); setInterval(() => {}, 1000)";
const program = `
  const { spawn } = require("node:child_process");
  spawn(process.execPath, ["-e", ${JSON.stringify(stubborn)}], { stdio: "inherit" });
  console.log(process.pid);
`;

async function startLeashed() {
  const holder = fork(leash, ["-e", program], { stdio: ["ignore", "pipe", "inherit", "ipc"] });
  if (holder.stdout === null) throw new Error("the leash has no output");
  let started = 0;
  const lines = createInterface({ input: holder.stdout });
  await new Promise<void>((resolve) => {
    lines.on("line", () => {
      started += 1;
      if (started === 2) resolve();
    });
  });
  return { holder, output: holder.stdout };
}

test("when the parent is gone, the whole process group goes, also what ignores SIGTERM", async () => {
  const { holder, output } = await startLeashed();
  // The pipe that all of them write to closes when the last of them is gone.
  const allGone = once(output.resume(), "close");
  holder.disconnect();
  await allGone;
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
