/**
 * The providers and the mesh in one process of their own, with set delays and as little work as their protocols allow:
 * what the fakes take from the cores is not there for what is measured.
 */
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { acceptWebSocket } from "../raw-web-socket.ts";
import { watchStalls } from "../stalls.ts";
import { DeepgramTotals, serveDeepgram } from "./deepgram.ts";
import { serveVoiceSocket, streamSpeech, Voices } from "./eleven-labs.ts";
import { answerChat } from "./llm.ts";
import { answerMesh, MeshTotals } from "./mesh.ts";
import type { FakesReport } from "./report.ts";
import { Timeline } from "./timeline.ts";

const timeline = new Timeline();
const voices = new Voices(timeline);
const deepgram = new DeepgramTotals();
const mesh = new MeshTotals();

const server = createServer((request, response) => {
  const path = request.url ?? "";
  if (path.startsWith("/v1/text-to-speech/")) void streamSpeech(request, response, voices);
  else if (path.startsWith("/v1/chat/completions")) void answerChat(request, response, timeline);
  else void answerMesh(request, response, mesh);
});
server.keepAliveTimeout = 60_000;
server.on("upgrade", (request, socket: Socket, head: Buffer) => {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://fakes");
  const accepted = acceptWebSocket(request, socket, head);
  if (pathname === "/echo") accepted.onMessage = (payload) => accepted.sendText(payload.toString("latin1"));
  else if (pathname.startsWith("/v1/listen")) serveDeepgram(accepted, searchParams, deepgram, timeline);
  else serveVoiceSocket(accepted, searchParams, voices);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`ready http://127.0.0.1:${typeof address === "object" ? address?.port : 0}\n`);
});

const resolutionMs = 10;
const delays = monitorEventLoopDelay({ resolution: resolutionMs });
delays.enable();
const stalls = watchStalls();
const late = (percent: number) => Math.max(0, delays.percentile(percent) / 1e6 - resolutionMs);

process.on("message", (asked) => {
  if (asked !== "tell-fakes") return;
  const { last: _, ...counts } = mesh;
  const loopDelayMs = { p50: late(50), p99: late(99) };
  const { turns } = timeline;
  const fakes: FakesReport = { turns, heard: deepgram.all, mesh: counts, loopDelayMs, stalls };
  process.send?.({ fakes });
});
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
