/** The process's door: health, readiness, metrics and one WebSocket per call; it drains before it closes. */
import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { VoiceConfig } from "./config.ts";
import { deliverLeftOvers } from "./journal/left-overs.ts";
import { openHome } from "./journal/ownership.ts";
import { watchLoad } from "./load.ts";
import { log } from "./log.ts";
import { openMesh } from "./mesh.ts";
import { Metrics, type StreamRefusal } from "./metrics.ts";
import { openEarly } from "./ready/early-ear-and-voice.ts";
import { answerPrepare, isPrepareDoor } from "./ready/prepare-door.ts";
import { PreparedCalls } from "./ready/prepared-calls.ts";
import { sampleDoor } from "./sample-door.ts";
import { serveStream } from "./stream.ts";
import { StreamSocket } from "./telephony/stream-socket.ts";
import { Ticker } from "./telephony/ticker.ts";

export interface VoiceServer {
  url: string;
  /** Takes no new call, waits for the running ones, and closes. */
  drain(): Promise<void>;
  /** Closes now; what was not delivered stays in the journal. */
  close(): Promise<void>;
}

/** Twilio's largest message is a start with its parameters, some kilobytes. */
const largestMessage = 64 * 1024;
/** Sockets that have not shown a token yet. */
const mostStrangers = 200;
const leftOversEveryMs = 3_000;
/** After the last call a process waits no longer than this for a mesh that does not answer: the next one delivers the rest. */
const longestFlushMs = 30_000;
const lookMs = 500;

const turnAway = (socket: Duplex, status: string): void => {
  socket.on("error", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};

export const startVoice = async (config: VoiceConfig): Promise<VoiceServer> => {
  const home = await openHome(config.journalDir);
  const stop = new AbortController();
  const mesh = openMesh(config.mesh);
  const metrics = new Metrics();
  const journals = { home, mesh, stop: stop.signal };
  const prepared = new PreparedCalls((session, failed) => openEarly(config, session, failed), metrics);
  const setup = { config, mesh, metrics, ticker: new Ticker(), journals, prepared };
  const load = watchLoad((lateness) => {
    metrics.loop(lateness);
    metrics.overloaded.set(load.isOverloaded ? 1 : 0);
  });
  const leftOvers = deliverLeftOvers(journals, leftOversEveryMs);
  const running = new Set<Promise<void>>();
  let isDraining = false;

  const readiness = () => (isDraining ? "draining" : load.isOverloaded ? "overloaded" : "ok");
  const door = {
    nodeKey: config.mesh.nodeKey,
    elevenLabs: config.elevenLabs,
    prepared,
    refusal: () => (readiness() === "ok" ? null : readiness()),
  };
  const answerSample = sampleDoor(door);
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0];
    const answer = (status: number, type: string, body: string) =>
      response.writeHead(status, { "content-type": type }).end(body);
    if (isPrepareDoor(path)) {
      // Whoever breaks off amid a request hears nothing more.
      answerPrepare(request, response, door).catch(() => response.destroy());
    } else if (path === "/sample") answerSample(request, response).catch(() => response.destroy());
    else if (request.method !== "GET") answer(405, "text/plain", "");
    else if (path === "/health/live") answer(200, "application/json", '{"status":"ok"}');
    else if (path === "/health/ready") {
      const status = readiness();
      const body = JSON.stringify({ status, calls: metrics.calls.value });
      answer(status === "ok" ? 200 : 503, "application/json", body);
    } else if (path === "/metrics") answer(200, "text/plain; version=0.0.4; charset=utf-8", metrics.text());
    else answer(404, "text/plain", "");
  });
  const sockets = new Set<StreamSocket>();
  /** Why no stream may come in now; null when one may. */
  const refusal = (): StreamRefusal | null => {
    if (load.isOverloaded) return "overloaded";
    const open = [...sockets].filter(({ isOpen }) => isOpen).length;
    return open - metrics.calls.value >= mostStrangers ? "crowded" : null;
  };
  const serve = (opened: StreamSocket, signature: string): void => {
    const stream = serveStream(opened, signature, setup);
    sockets.add(opened);
    running.add(stream);
    void stream.finally(() => {
      sockets.delete(opened);
      running.delete(stream);
    });
  };
  server.on("upgrade", (request, socket, head) => {
    const why = refusal();
    if (request.url?.split("?")[0] !== "/stream") turnAway(socket, "404 Not Found");
    else if (why) {
      metrics.refused.add(1, why);
      log("stream_refused", { why });
      turnAway(socket, "503 Service Unavailable");
    } else {
      const opened = StreamSocket.accept(request, socket, head, largestMessage);
      if (opened) serve(opened, String(request.headers["x-twilio-signature"] ?? ""));
      else turnAway(socket, "400 Bad Request");
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // Where the system can, so that the next process may open the same door before this one shuts it.
    server.listen({ port: config.port, reusePort: process.platform === "linux" }, resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : config.port;

  /** New callers find the next process; who is inside already, be it only just, stays. */
  const shutDoor = (): void => {
    isDraining = true;
    metrics.draining.set(1);
    prepared.close();
    server.close();
    server.closeIdleConnections();
  };
  const close = async (): Promise<void> => {
    shutDoor();
    stop.abort();
    for (const each of sockets) each.terminate();
    await Promise.all([...running, leftOvers]);
    load.stop();
    await home.close();
    server.closeAllConnections();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    close,
    async drain() {
      log("draining", { calls: metrics.calls.value });
      shutDoor();
      let flushMs = 0;
      while (running.size > 0 && flushMs < longestFlushMs) {
        await Promise.race([Promise.all(running), wait(lookMs)]);
        flushMs = metrics.calls.value === 0 ? flushMs + lookMs : 0;
      }
      await close();
    },
  };
};
