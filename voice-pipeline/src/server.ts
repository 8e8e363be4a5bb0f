/** The process's door: health, readiness, metrics and one WebSocket per call; it drains before it closes. */
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import type { VoiceConfig } from "./config.ts";
import { deliverLeftOvers } from "./journal/journal.ts";
import { log } from "./log.ts";
import { openMesh } from "./mesh.ts";
import { Metrics } from "./metrics.ts";
import { serveStream } from "./stream.ts";
import { Ticker } from "./telephony/ticker.ts";

export interface VoiceServer {
  url: string;
  /** Takes no new call, waits for the running ones, and closes. */
  drain(): Promise<void>;
  /** Closes now; what was not delivered stays in the journal. */
  close(): Promise<void>;
}

const largestMessage = 256 * 1024;

export const startVoice = async (config: VoiceConfig): Promise<VoiceServer> => {
  mkdirSync(config.journalDir, { recursive: true });
  const stop = new AbortController();
  const mesh = openMesh(config.mesh);
  const setup = { config, mesh, metrics: new Metrics(), ticker: new Ticker(), stop: stop.signal };
  const running = new Set<Promise<void>>(deliverLeftOvers(config.journalDir, mesh, stop.signal));
  for (const delivery of running) void delivery.finally(() => running.delete(delivery));
  let isDraining = false;

  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0];
    const answer = (status: number, type: string, body: string) =>
      response.writeHead(status, { "content-type": type }).end(body);
    if (request.method !== "GET") answer(405, "text/plain", "");
    else if (path === "/health/live") answer(200, "application/json", '{"status":"ok"}');
    else if (path === "/health/ready")
      answer(isDraining ? 503 : 200, "application/json", `{"status":"${isDraining ? "draining" : "ok"}"}`);
    else if (path === "/metrics") answer(200, "text/plain; version=0.0.4", setup.metrics.text());
    else answer(404, "text/plain", "");
  });
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: largestMessage,
  });
  server.on("upgrade", (request, socket, head) => {
    if (isDraining || request.url?.split("?")[0] !== "/stream") {
      socket.end(
        `HTTP/1.1 ${isDraining ? "503 Service Unavailable" : "404 Not Found"}\r\nConnection: close\r\n\r\n`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const stream = serveStream(ws, setup);
      running.add(stream);
      void stream.finally(() => running.delete(stream));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(config.port, resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : config.port;

  const close = async (): Promise<void> => {
    isDraining = true;
    stop.abort();
    for (const ws of sockets.clients) ws.terminate();
    await Promise.all(running);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  };
  return {
    url: `http://127.0.0.1:${port}`,
    close,
    async drain() {
      isDraining = true;
      log("draining", { calls: setup.metrics.calls });
      await Promise.all(running);
      await close();
    },
  };
};
