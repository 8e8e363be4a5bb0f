/** The one server of the sandbox: every provider at the root of one port, and the control surface beside them. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { FaultGate } from "./apply-fault.ts";
import type { SandboxConfig } from "./configuration.ts";
import { createControl } from "./control.ts";
import { createDeepgram } from "./deepgram/index.ts";
import { createElevenLabs } from "./elevenlabs/index.ts";
import { Faults } from "./faults.ts";
import { createLlm } from "./llm/index.ts";
import { Phones } from "./phones/phones.ts";
import type { Provider } from "./provider.ts";
import { refuseUpgrade } from "./sockets/provider-socket.ts";
import { createStripe } from "./stripe/index.ts";
import { sendInboundMessage } from "./twilio/inbound-message.ts";
import { createTwilio } from "./twilio/index.ts";

export interface Sandbox {
  url: string;
  close(): Promise<void>;
}

const largestBody = 1 << 20;

const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > largestBody) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
};

const sendJson = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { ...headers, "content-type": "application/json" }).end(JSON.stringify(body));
};

export const startSandbox = async (config: SandboxConfig): Promise<Sandbox> => {
  const log = config.log ?? (() => {});
  const faults = new Faults();
  const gate = new FaultGate(faults);
  const phones = new Phones();
  const providers: Provider[] = [
    createTwilio(config, faults, phones, log),
    createStripe(config, faults),
    createDeepgram(config, faults),
    createLlm(config, faults),
    createElevenLabs(config, faults),
  ];
  const control = createControl({
    phones,
    faults,
    cronUrl: config.cronUrl,
    text: (from, body) => sendInboundMessage(config.twilio, from, body),
    reset() {
      for (const provider of providers) provider.reset?.();
      gate.reset();
    },
  });

  const providerOf = (url: URL): Provider | undefined => {
    const matches = providers.flatMap((provider) =>
      provider.paths
        .filter((path) => url.pathname.startsWith(path))
        .map((path) => ({ provider, length: path.length })),
    );
    return matches.sort((one, other) => other.length - one.length)[0]?.provider;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "localhost"}`);
    const body = await readBody(request);
    if (body === undefined) return sendJson(response, 413, { error: "The body is larger than 1 MiB." });
    if (url.pathname.startsWith("/control/")) return control.request(request, url, body, response);
    const provider = providerOf(url);
    if (provider?.request === undefined)
      return sendJson(response, 404, { error: `Nobody in the sandbox answers ${url.pathname}.` });
    // A browser asks for permission first; that is no request yet.
    const refusal = request.method === "OPTIONS" ? undefined : await gate.pass(provider);
    if (refusal === "stall") return;
    if (refusal !== undefined) {
      response.setHeader("access-control-allow-origin", "*");
      return sendJson(response, refusal.status, refusal.body, refusal.headers);
    }
    await provider.request(request, url, body, response);
  };

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "localhost"}`);
    if (url.pathname.startsWith("/control/")) return control.upgrade(request, url, socket, head);
    const provider = providerOf(url);
    if (provider?.upgrade === undefined) return refuseUpgrade(socket, 404, { error: "No such socket." });
    const refusal = await gate.pass(provider);
    if (refusal === "stall") return;
    if (refusal === undefined) provider.upgrade(request, url, socket, head);
    else refuseUpgrade(socket, refusal.status, { ...Object(refusal.body) }, refusal.headers);
  };

  const broken = (error: unknown): void =>
    log({ event: "sandbox failed", error: error instanceof Error ? error.stack : String(error) });
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      broken(error);
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { error: "The sandbox itself failed; its log says why." });
    });
  });
  const upgraded = new Set<Duplex>();
  server.on("upgrade", (request, socket, head) => {
    upgraded.add(socket);
    socket.once("close", () => upgraded.delete(socket));
    socket.on("error", () => socket.destroy());
    upgrade(request, socket, head).catch((error: unknown) => {
      broken(error);
      socket.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(config.port, "127.0.0.1", resolve);
  });
  const listening = server.address();
  if (listening === null || typeof listening === "string") throw new Error("The sandbox has no port.");
  return {
    url: `http://127.0.0.1:${listening.port}`,
    close: () =>
      new Promise((resolve) => {
        for (const provider of providers) provider.close?.();
        control.close();
        server.close(() => resolve());
        server.closeAllConnections();
        // A half-open socket is nobody's but the server's.
        for (const socket of upgraded) socket.destroy();
      }),
  };
};
