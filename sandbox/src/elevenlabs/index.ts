/** ElevenLabs on loopback: the door. Keys, addresses and pace; the voice itself is the sandbox's own speech. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Faults } from "../faults.ts";
import type { Provider } from "../provider.ts";
import { ProviderSockets, refuseUpgrade } from "../sockets/provider-socket.ts";
import { ElevenLabsFailure, wrongKey } from "./errors.ts";
import { serveMultiStreamInput } from "./multi-stream-input.ts";
import { readOptions } from "./options.ts";
import { serveStreamInput } from "./stream-input.ts";
import { readText, sendSpeech } from "./text-to-speech.ts";
import type { GenerationPace } from "./voice-stream.ts";
import { voiceList } from "./voices.ts";

export interface ElevenLabsConfig {
  elevenLabs: { apiKey: string };
  /** Providers take the time that the real ones take. */
  isRealLatency: boolean;
}

const realPace: GenerationPace = { firstByteMs: 120, speed: 8 };
const quickPace: GenerationPace = { firstByteMs: 0, speed: Number.POSITIVE_INFINITY };
const socketPath = /^\/v1\/text-to-speech\/[^/]+\/(stream-input|multi-stream-input)$/;
const speechPath = /^\/v1\/text-to-speech\/[^/]+(\/stream)?$/;

const sendJson = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};

export const createElevenLabs = (config: ElevenLabsConfig, faults: Faults): Provider => {
  const sockets = new ProviderSockets("elevenlabs", faults);
  const isKey = (key: string): boolean => key === config.elevenLabs.apiKey;
  const pace = (): GenerationPace => {
    const base = config.isRealLatency ? realPace : quickPace;
    return { ...base, firstByteMs: faults.get("elevenlabs")?.firstByteMs ?? base.firstByteMs };
  };
  const keyOf = (request: IncomingMessage, url: URL): string | undefined => {
    const header = request.headers["xi-api-key"];
    if (typeof header === "string") return header;
    const bearer = request.headers.authorization ?? url.searchParams.get("authorization") ?? undefined;
    return bearer?.replace(/^Bearer /i, "");
  };

  return {
    name: "elevenlabs",
    paths: ["/v1/text-to-speech", "/v1/voices"],
    async request(request, url, body, response) {
      response.setHeader("request-id", randomUUID());
      try {
        if (!isKey(keyOf(request, url) ?? "")) throw wrongKey();
        const speech = speechPath.exec(url.pathname);
        if (request.method === "GET" && url.pathname === "/v1/voices") sendJson(response, 200, voiceList());
        else if (request.method === "POST" && speech) {
          readOptions(url);
          const asked = readText(body);
          if ("refusal" in asked) sendJson(response, 422, asked.refusal);
          else
            await sendSpeech(
              response,
              asked.text,
              pace(),
              speech[1] !== undefined,
              faults.get("elevenlabs")?.dropAfterMs,
            );
        } else sendJson(response, 404, { detail: "Not Found" });
      } catch (error) {
        if (!(error instanceof ElevenLabsFailure)) throw error;
        sendJson(response, error.status, error.body);
      }
    },
    upgrade(request, url, socket, head) {
      const kind = socketPath.exec(url.pathname)?.[1];
      if (kind === undefined) {
        refuseUpgrade(socket, 404, { detail: "Not Found" });
        return;
      }
      sockets.accept({ request, socket, head }, [], (opened) => {
        const key = keyOf(request, url);
        try {
          if (key !== undefined && !isKey(key)) throw wrongKey();
          const setup = {
            socket: opened,
            options: readOptions(url),
            pace,
            isAuthorized: key !== undefined,
            isKey,
          };
          const closeRace = () => faults.get("elevenlabs")?.closeRace;
          return kind === "stream-input"
            ? serveStreamInput(setup)
            : serveMultiStreamInput({ ...setup, closeRace });
        } catch (error) {
          if (!(error instanceof ElevenLabsFailure)) throw error;
          opened.send(error.frame);
          opened.close(1008, error.message.slice(0, 120));
          return { text() {}, binary() {}, closed() {} };
        }
      });
    },
    errorBody: (status) => ({
      detail:
        status === 429
          ? { status: "too_many_concurrent_requests", message: "Too many concurrent requests." }
          : { status: "system_busy", message: "Our systems are currently experiencing heavy traffic." },
    }),
    reset: () => sockets.terminate(),
    close: () => sockets.terminate(),
  };
};
