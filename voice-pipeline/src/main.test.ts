// The process itself: what whoever reads its log may do to it, and what its death takes with it.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { journalsIn } from "./journal/journal-world.ts";
import {
  callId,
  callThatRings,
  openMesh,
  openProviders,
  prepare,
  streamSignature,
  tokenOf,
} from "./testing/pipeline.ts";
import { telephone } from "./testing/telephone.ts";

type Child = ChildProcessByStdio<null, Readable, Readable>;

let journals: string;
let mesh: Awaited<ReturnType<typeof openMesh>>;
let children: Child[];
beforeEach(async () => {
  journals = mkdtempSync(join(tmpdir(), "callmeback-journals-"));
  mesh = await openMesh(60);
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map(kill));
  mesh.close();
  rmSync(journals, { recursive: true, force: true });
});

const kill = async (child: Child): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
};

const nobody = "127.0.0.1:9";

const start = async (providers = { deepgram: nobody, llm: nobody, elevenLabs: nobody }) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    env: {
      VOICE_PORT: "0",
      VOICE_NODE_KEY: "k",
      PUBLIC_URL: mesh.url,
      JOURNAL_DIR: journals,
      DEEPGRAM_URL: `ws://${providers.deepgram}`,
      DEEPGRAM_API_KEY: "d",
      LLM_BASE_URL: `http://${providers.llm}/v1`,
      LLM_API_KEY: "l",
      ELEVENLABS_URL: `ws://${providers.elevenLabs}`,
      ELEVENLABS_API_KEY: "e",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  const [ready] = await once(createInterface({ input: child.stdout }), "line");
  const url = String(ready).replace("ready ", "");
  return { child, url, streamUrl: `${url.replace("http", "ws")}/stream` };
};

test("a call goes on when nobody reads the log any more", async () => {
  const { child, url, streamUrl } = await start();
  child.stdout.destroy();
  child.stderr.destroy();
  const socket = new WebSocket(streamUrl, { headers: { "x-twilio-signature": streamSignature } });
  await once(socket, "open");
  const customParameters = { call_id: callId, stream_token: tokenOf(callId) };
  const begin = { callSid: "CA1", customParameters };
  socket.send(JSON.stringify({ event: "start", streamSid: "MZ1", start: begin }));
  // Providers that nobody can reach are faults, which are logged and written down, each kind once.
  const faults = () => mesh.seen.entries.filter(({ type }) => type === "fault").length;
  await expect.poll(faults, { timeout: 10_000 }).toBe(3);
  await expect
    .poll(() => mesh.seen.entries.at(-1), { timeout: 15_000 })
    .toMatchObject({ type: "ended", end_reason: "provider_error" });
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  expect(child.exitCode).toBeNull();
});

test("a process that is killed after it made a call ready takes nothing with it: the next one holds the call", async () => {
  const providers = await openProviders(false);
  const first = await start(providers);
  expect((await prepare(first.url, callThatRings(callId))).status).toBe(202);
  await kill(first.child);
  const second = await start(providers);
  const phone = await telephone(second.streamUrl);
  phone.steps.push({ say: "Goodbye!", over: false });
  await expect
    .poll(() => mesh.seen.entries.at(-1), { timeout: 20_000 })
    .toMatchObject({ type: "ended", end_reason: "persona_goodbye", fault: "none" });
  phone.socket.close();
  expect(mesh.seen.entries.map(({ seq }) => seq)).toEqual(mesh.seen.entries.map((_, index) => index + 1));
  await kill(second.child);
  await providers.close();
}, 40_000);

test("a process that is killed before the mesh has answered leaves nothing of that stream to be delivered", async () => {
  const providers = await openProviders(false);
  const first = await start(providers);
  mesh.seen.beforeOpening = new Promise(() => {});
  await prepare(first.url, callThatRings(callId));
  const phone = await telephone(first.streamUrl);
  await expect.poll(() => phone.heard.length, { timeout: 10_000 }).toBeGreaterThan(0);
  phone.socket.on("error", () => {});
  await kill(first.child);
  await phone.closed;
  expect(journalsIn(journals)).toEqual([]);
  await providers.close();
}, 40_000);
