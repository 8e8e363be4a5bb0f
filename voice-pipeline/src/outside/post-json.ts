/**
 * A POST over a connection that is kept between the turns of a call, which lie further apart than `fetch` keeps one: a
 * turn that must first shake hands is late. The answer's body is read as it comes.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

const keep = { keepAlive: true, keepAliveMsecs: 15_000, maxFreeSockets: 256 };
const plain = new HttpAgent(keep);
const secure = new HttpsAgent(keep);

/** @throws Error when nothing answers, and when `signal` is aborted before the answer begins */
export const postJson = (
  url: URL,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const isSecure = url.protocol === "https:";
    const send = (isFresh: boolean): void => {
      const options = {
        method: "POST",
        headers: {
          ...headers,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
        },
        signal,
      };
      const request = isSecure
        ? httpsRequest(url, { ...options, agent: secure })
        : httpRequest(url, { ...options, agent: plain });
      request.on("response", resolve);
      request.on("error", (error) => {
        // The server closed a kept connection at the moment when it was used again: nobody read the question.
        if (request.reusedSocket && !isFresh && !signal.aborted) send(true);
        else reject(error);
      });
      request.end(body);
    };
    send(false);
  });
