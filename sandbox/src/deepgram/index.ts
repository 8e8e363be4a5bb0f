/**
 * Deepgram on loopback: the door. Credentials, queries and upgrades; it hears only the sound that reaches it, and speaks
 * only over a WebSocket.
 */
import { randomUUID } from "node:crypto";
import type { Faults } from "../faults.ts";
import type { Provider } from "../provider.ts";
import {
  type ProviderSocket,
  ProviderSockets,
  refuseUpgrade,
  type SocketHandlers,
} from "../sockets/provider-socket.ts";
import { readFluxOptions } from "./flux-options.ts";
import { serveFlux } from "./flux-socket.ts";
import { readListenOptions } from "./listen-options.ts";
import { serveListen } from "./listen-socket.ts";
import { checkCredentials, DeepgramRefusal } from "./refusal.ts";
import { readSpeakModel, serveSpeak } from "./speak-socket.ts";

export interface DeepgramConfig {
  deepgram: { apiKey: string };
  /** Providers take the time that the real ones take. */
  isRealLatency: boolean;
}

const realRecognitionMs = 150;
const realSpeech = { firstByteMs: 200, speed: 8 };
const quickSpeech = { firstByteMs: 0, speed: Number.POSITIVE_INFINITY };

export const createDeepgram = (config: DeepgramConfig, faults: Faults): Provider => {
  const sockets = new ProviderSockets("deepgram", faults);
  const delayMs = (): number =>
    faults.get("deepgram")?.firstByteMs ?? (config.isRealLatency ? realRecognitionMs : 0);

  const speechPace = () => {
    const base = config.isRealLatency ? realSpeech : quickSpeech;
    return { ...base, firstByteMs: faults.get("deepgram")?.firstByteMs ?? base.firstByteMs };
  };

  /** Checks the query before the upgrade is taken. @throws DeepgramRefusal */
  const opener = (url: URL, requestId: string): ((socket: ProviderSocket) => SocketHandlers) => {
    if (url.pathname === "/v2/listen") {
      const options = readFluxOptions(url.searchParams);
      return (socket) => serveFlux(socket, options, requestId, delayMs);
    }
    if (url.pathname === "/v1/speak") {
      const model = readSpeakModel(url.searchParams);
      return (socket) => serveSpeak(socket, model, requestId, speechPace);
    }
    if (url.pathname !== "/v1/listen") throw new DeepgramRefusal(404, "Not Found", "No such path.");
    const options = readListenOptions(url.searchParams);
    return (socket) => serveListen(socket, options, requestId, delayMs);
  };

  return {
    name: "deepgram",
    paths: ["/v1/listen", "/v2/listen", "/v1/speak"],
    async request(_request, _url, _body, response) {
      const requestId = randomUUID();
      const refusal = new DeepgramRefusal(
        400,
        "Bad Request",
        "This sandbox listens and speaks over WebSockets only.",
      );
      response
        .writeHead(refusal.status, { "content-type": "application/json", "dg-request-id": requestId })
        .end(JSON.stringify(refusal.body(requestId)));
    },
    upgrade(request, url, socket, head) {
      const requestId = randomUUID();
      try {
        checkCredentials(request.headers, config.deepgram.apiKey);
        const open = opener(url, requestId);
        sockets.accept({ request, socket, head }, [`dg-request-id: ${requestId}`], open);
      } catch (error) {
        if (!(error instanceof DeepgramRefusal)) throw error;
        const headers = { "dg-request-id": requestId, "dg-error": error.message };
        refuseUpgrade(socket, error.status, error.body(requestId), headers);
      }
    },
    errorBody: (status) => ({
      err_code: status === 429 ? "TOO_MANY_REQUESTS" : "INTERNAL_SERVER_ERROR",
      err_msg: status === 429 ? "Too many requests. Please try again later." : "Internal server error.",
      request_id: randomUUID(),
    }),
    reset: () => sockets.terminate(),
    close: () => sockets.terminate(),
  };
};
