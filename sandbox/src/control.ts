/** The control surface: what phones do, what fails, and what they heard. Not part of any provider; loopback only. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { readFault, readProvider } from "./control-fault.ts";
import type { Faults } from "./faults.ts";
import { attachHandset } from "./phones/live-handset.ts";
import type { Phones } from "./phones/phones.ts";
import { BadInput, readPlan } from "./phones/script.ts";
import { refuseUpgrade } from "./sockets/provider-socket.ts";

export interface ControlParts {
  phones: Phones;
  faults: Faults;
  cronUrl: string | undefined;
  /** Sends an SMS from a handset to the product; answers with its status. */
  text(from: string, body: string): Promise<number>;
  reset(): void;
}

const phonePath = /^\/control\/phones\/((?:\+|%2B)\d{7,15})(\/handset|\/messages)?$/i;
const faultPath = /^\/control\/faults\/([^/]+)$/;
const cronPatienceMs = 30_000;

const json = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new BadInput("The body is not JSON.");
  }
};

export const createControl = ({ phones, faults, cronUrl, text, reset }: ControlParts) => {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1 << 20 });

  const show = (number: string): object => {
    const { messages, calls, plan } = phones.at(number);
    return {
      messages,
      behaviour: plan.behaviour,
      calls: calls.map(({ line, state, heard, said, changes }) => ({
        sid: line.sid,
        state,
        direction: "inbound",
        from: line.from,
        heard,
        said,
        changes,
      })),
    };
  };

  const runCron = async (): Promise<[number, object]> => {
    if (cronUrl === undefined) throw new BadInput("CRON_URL is not set, so there is no cron trigger to run.");
    try {
      const response = await fetch(cronUrl, { signal: AbortSignal.timeout(cronPatienceMs) });
      await response.body?.cancel();
      return [response.ok ? 200 : 502, { status: response.status }];
    } catch (error) {
      return [502, { error: `The cron trigger was not reached: ${String(error)}` }];
    }
  };

  const handle = async (method: string, path: string, body: Buffer): Promise<[number, object]> => {
    const phone = phonePath.exec(path);
    const number = decodeURIComponent(phone?.[1] ?? "");
    const fault = faultPath.exec(path)?.[1];
    if (phone && phone[2] === undefined && method === "GET") return [200, show(number)];
    if (phone && phone[2] === undefined && method === "PUT") {
      phones.at(number).plan = readPlan(json(body));
      return [200, show(number)];
    }
    if (phone?.[2] === "/messages" && method === "POST") {
      const said = json(body);
      const words = typeof said === "object" && said !== null && "body" in said ? said.body : undefined;
      if (typeof words !== "string" || words === "")
        throw new BadInput('Give { "body": "…" }, the text of the SMS.');
      return [200, { status: await text(number, words) }];
    }
    if (fault !== undefined && method === "PUT") {
      const read = readFault(json(body));
      faults.set(readProvider(fault), read);
      return [200, read];
    }
    if (fault !== undefined && method === "DELETE") {
      faults.clear(readProvider(fault));
      return [200, {}];
    }
    if (path === "/control/cron" && method === "POST") return runCron();
    if (path === "/control/reset" && method === "POST") {
      for (const name of ["twilio", "deepgram", "llm", "elevenlabs", "stripe"] as const) faults.clear(name);
      reset();
      phones.reset();
      return [200, {}];
    }
    return [404, { error: `There is no ${method} ${path} in the control surface.` }];
  };

  return {
    async request(request: IncomingMessage, url: URL, body: Buffer, response: ServerResponse): Promise<void> {
      // The corner phone of the web app asks from another origin.
      response.setHeader("access-control-allow-origin", "*");
      if (request.method === "OPTIONS") {
        response
          .writeHead(204, {
            "access-control-allow-methods": "GET, PUT, POST, DELETE",
            "access-control-allow-headers": "content-type",
          })
          .end();
        return;
      }
      const [status, answer] = await handle(request.method ?? "GET", url.pathname, body).catch(
        (error: unknown): [number, object] => {
          if (error instanceof BadInput) return [400, { error: error.message }];
          throw error;
        },
      );
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    },
    upgrade(request: IncomingMessage, url: URL, socket: Duplex, head: Buffer): void {
      const phone = phonePath.exec(url.pathname);
      if (phone?.[2] !== "/handset") {
        refuseUpgrade(socket, 404, { error: "Handsets are at /control/phones/<E.164>/handset." });
        return;
      }
      const number = decodeURIComponent(phone[1] ?? "");
      sockets.handleUpgrade(request, socket, head, (ws: WebSocket) => {
        const handset = attachHandset(phones.at(number), (message) => ws.send(JSON.stringify(message)));
        ws.on("message", (data: RawData) => handset.receive(String(data)));
        // A protocol error is followed by "close".
        ws.on("error", () => {});
        ws.once("close", () => handset.detach());
      });
    },
    close(): void {
      for (const ws of sockets.clients) ws.terminate();
    },
  };
};
