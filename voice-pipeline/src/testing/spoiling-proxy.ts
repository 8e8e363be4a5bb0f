/**
 * For tests: stands between a provider and us, and passes on what the provider says lost, doubled, late, cut or changed, numbers
 * above all; refuses connections and breaks them. What we say reaches the provider as it is. A seed makes what goes wrong.
 */
import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket, WebSocketServer } from "ws";
import { bytes, pick, type Random, upTo } from "./random.ts";
import { extremes, withNumber } from "./spoiled.ts";

type Misquote = (text: string, random: Random) => string[];

const misquotes: readonly [Misquote, ...Misquote[]] = [
  () => [],
  (text) => [text, text],
  (text, random) => [text.slice(0, upTo(random, text.length))],
  (text, random) => [withNumber(text, upTo(random, 1_000), pick(random, extremes))],
  (text, random) => [withNumber(text, upTo(random, 1_000), pick(random, extremes)), text],
  (text) => [text.replace(/:"[^"]*"/, ":null"), text],
  (_, random) => [bytes(random, upTo(random, 300)).toString("latin1")],
  () => ["null", "[]", "{}", '{"type":"Results"}', ""],
];
const statuses = [429, 500, 503] as const;
const spoiling = 0.08;
const breaking = 0.004;
const refusing = 0.1;

export const spoilingProxy = async (target: string, random: Random) => {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  let messages = 0;

  const misquote = (text: string): string[] => {
    messages += 1;
    return random() < spoiling ? pick(random, misquotes)(text, random) : [text];
  };

  const relay = (client: WebSocket, request: IncomingMessage): void => {
    const provider = new WebSocket(`ws://${target}${request.url}`, {
      headers: {
        authorization: request.headers.authorization ?? "",
        "xi-api-key": String(request.headers["xi-api-key"] ?? ""),
      },
    });
    let asked: Promise<unknown> = once(provider, "open");
    asked.catch(() => {});
    client.on("message", (data, isBinary) => {
      asked = asked.then(() => provider.send(data, { binary: isBinary })).catch(() => {});
    });
    provider.on("message", (data, isBinary) => {
      if (client.readyState !== WebSocket.OPEN) return;
      if (random() < breaking) client.terminate();
      else if (isBinary) client.send(data);
      else
        for (const each of misquote(String(data)))
          if (random() < spoiling) setTimeout(() => client.send(each, () => {}), upTo(random, 300));
          else client.send(each);
    });
    for (const [one, other] of [
      [client, provider],
      [provider, client],
    ] as const) {
      one.on("error", () => {});
      one.on("close", () => other.terminate());
    }
  };

  const refuse = (raw: Duplex): void => {
    raw.on("error", () => {});
    raw.end(`HTTP/1.1 ${pick(random, statuses)} No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    if (random() < refusing) {
      response.writeHead(pick(random, statuses)).end("<html>");
      return;
    }
    const { method, headers, url } = request;
    const asked = httpRequest(`http://${target}${url}`, { method, headers }).end(body);
    response.on("close", () => asked.destroy());
    const [given] = await once(asked, "response");
    response.writeHead(given.statusCode, given.headers);
    for await (const piece of given)
      for (const each of misquote(String(piece))) {
        if (random() < spoiling) await wait(upTo(random, 300));
        if (random() < breaking) response.destroy();
        response.write(each);
      }
    response.end();
  };

  server.on("upgrade", (request, raw, head) => {
    if (random() < refusing) refuse(raw);
    else sockets.handleUpgrade(request, raw, head, (client) => relay(client, request));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    address: `127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    messages: () => messages,
    close: () => {
      for (const client of sockets.clients) client.terminate();
      server.close();
      server.closeAllConnections();
    },
  };
};
