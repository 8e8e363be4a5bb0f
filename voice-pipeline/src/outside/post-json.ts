/**
 * A POST over a connection that is kept between the turns of a call, which lie further apart than `fetch` keeps one: a
 * turn that must first shake hands is late. The answer's body is read as it comes. One that is aborted takes its connection
 * with it; another is opened at once, so that the next turn finds it ready.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { SpareConnections } from "./spare-connections.ts";

const keep = { keepAlive: true, keepAliveMsecs: 15_000, maxFreeSockets: 256 };
const plain = new SpareConnections(new HttpAgent(keep));
const secure = new SpareConnections(new HttpsAgent(keep));

const sparesFor = ({ protocol }: URL): SpareConnections => (protocol === "https:" ? secure : plain);

/** Something is to be asked there before long: by then its connection is open. */
export const expectRequest = (url: URL): void => sparesFor(url).expect(url);

/** JSON in pieces, some of them bytes already. Nobody changes them before the answer is there. */
export type Body = readonly (string | Buffer)[];

/** Of the whole, in bytes. */
export const bytesOf = (body: Body): number => body.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);

/** One piece, so that it leaves at once. It is put together for each sending: nobody keeps it while the answer is read. */
const whole = (body: Body): string | Buffer => {
  const [first = ""] = body;
  if (body.length <= 1) return first;
  const bytes = Buffer.allocUnsafeSlow(bytesOf(body));
  let end = 0;
  for (const piece of body)
    end += typeof piece === "string" ? bytes.write(piece, end) : piece.copy(bytes, end);
  return bytes;
};

/**
 * @param isRepeatable whether the same question may be read twice: only then is it sent again over a new connection when a
 *   kept one broke before the answer began
 * @throws Error when nothing answers, and when `signal` is aborted before the answer begins
 */
export const postJson = (
  url: URL,
  headers: Record<string, string>,
  body: Body,
  signal: AbortSignal,
  { isRepeatable }: { isRepeatable: boolean },
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const spares = sparesFor(url);
    const ask = url.protocol === "https:" ? httpsRequest : httpRequest;
    const send = (isFresh: boolean): void => {
      const content = whole(body);
      const options = {
        method: "POST",
        agent: spares.agent,
        headers: {
          ...headers,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(content),
        },
      };
      const request = ask(url, options);
      // Not the option `signal`: it watches the whole of the answer's stream besides, for each request anew.
      const abort = () => request.destroy(new Error("It was aborted."));
      signal.addEventListener("abort", abort);
      request.on("close", () => signal.removeEventListener("abort", abort));
      if (signal.aborted) abort();
      let [wasSpare, isAnswered] = [false, false];
      request.on("socket", (socket) => {
        wasSpare = spares.wasSpare(socket);
        request.on("close", () => {
          if (signal.aborted) spares.replace(socket);
        });
      });
      request.on("response", (answer) => {
        isAnswered = true;
        resolve(answer);
      });
      request.on("error", (error) => {
        // The server closed a kept connection at the moment when it was used again: most likely nobody read the question, but
        // nobody knows (RFC 9112, 9.3.1).
        const wasKept = request.reusedSocket || wasSpare;
        if (wasKept && isRepeatable && !isFresh && !isAnswered && !signal.aborted) send(true);
        else reject(error);
      });
      request.end(content);
    };
    send(false);
  });
