// The process itself: what whoever reads its log may do to it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { callId, openMesh, streamSignature, tokenOf } from "./testing/pipeline.ts";

let journals: string;
let mesh: Awaited<ReturnType<typeof openMesh>>;
beforeEach(async () => {
  journals = mkdtempSync(join(tmpdir(), "callmeback-journals-"));
  mesh = await openMesh(60);
});
afterEach(() => {
  mesh.close();
  rmSync(journals, { recursive: true, force: true });
});

test("a call goes on when nobody reads the log any more", async () => {
  const nobody = "127.0.0.1:9";
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    env: {
      VOICE_PORT: "0",
      VOICE_NODE_KEY: "k",
      PUBLIC_URL: mesh.url,
      JOURNAL_DIR: journals,
      DEEPGRAM_URL: `ws://${nobody}`,
      DEEPGRAM_API_KEY: "d",
      LLM_BASE_URL: `http://${nobody}/v1`,
      LLM_API_KEY: "l",
      ELEVENLABS_URL: `ws://${nobody}`,
      ELEVENLABS_API_KEY: "e",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    const [ready] = await once(createInterface({ input: child.stdout }), "line");
    const url = String(ready).replace("ready ", "");
    child.stdout.destroy();
    child.stderr.destroy();
    const socket = new WebSocket(`${url.replace("http", "ws")}/stream`, {
      headers: { "x-twilio-signature": streamSignature },
    });
    await once(socket, "open");
    const customParameters = { call_id: callId, stream_token: tokenOf(callId) };
    const start = { callSid: "CA1", customParameters };
    socket.send(JSON.stringify({ event: "start", streamSid: "MZ1", start }));
    // Providers that nobody can reach are faults, which are logged and written down.
    const faults = () => mesh.seen.entries.filter(({ type }) => type === "fault").length;
    await expect.poll(faults, { timeout: 10_000 }).toBeGreaterThan(3);
    await expect
      .poll(() => mesh.seen.entries.at(-1), { timeout: 15_000 })
      .toMatchObject({ type: "ended", end_reason: "provider_error" });
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(child.exitCode).toBeNull();
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});
