/** Twilio on loopback: the door. Credentials, addresses and forms; calls and verifications are in the files beside. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Faults } from "../faults.ts";
import type { Phones } from "../phones/phones.ts";
import type { Provider } from "../provider.ts";
import { Call, type CallWorld } from "./call.ts";
import { callJson } from "./call-json.ts";
import { instructions, readCallOrder } from "./call-order.ts";
import { failureBody, notFound, TwilioFailure } from "./errors.ts";
import { Messages } from "./messages.ts";
import { Ticker } from "./ticker.ts";
import { Verify } from "./verify.ts";

export interface TwilioConfig {
  twilio: {
    accountSid: string;
    authToken: string;
    fromNumber: string;
    verifyKeySid: string;
    verifyKeySecret: string;
    verifyServiceSid: string;
    /** Where an SMS to our number is reported. */
    messageUrl?: string | undefined;
  };
}

type Log = (event: Record<string, unknown>) => void;

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

export const createTwilio = (
  { twilio }: TwilioConfig,
  faults: Faults,
  phones: Phones,
  log: Log = () => {},
): Provider => {
  const calls = new Map<string, Call>();
  const ticker = new Ticker();
  const verify = new Verify(twilio.accountSid, twilio.verifyServiceSid, phones);
  const messages = new Messages(twilio, phones, log);
  const world: CallWorld = {
    accountSid: twilio.accountSid,
    authToken: twilio.authToken,
    phones,
    ticker,
    streamFault: () => faults.get("twilio") ?? {},
    log,
  };
  const account = `/2010-04-01/Accounts/${twilio.accountSid}`;
  const service = `/v2/Services/${twilio.verifyServiceSid}`;

  const authenticate = (request: IncomingMessage, path: string): void => {
    const given = digest(request.headers.authorization ?? "");
    const isKey = (user: string, secret: string): boolean =>
      timingSafeEqual(given, digest(`Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`));
    const isAllowed =
      isKey(twilio.accountSid, twilio.authToken) ||
      (path.startsWith("/v2/") && isKey(twilio.verifyKeySid, twilio.verifyKeySecret));
    if (!isAllowed) throw new TwilioFailure(401, 20003, "Authenticate");
  };

  const update = (call: Call, form: URLSearchParams): object => {
    const status = form.get("Status");
    const source = instructions(form);
    if (call.isOver) throw new TwilioFailure(400, 21220, "Call is not in-progress. Cannot redirect.");
    if (status === "completed") call.end(call.status === "in-progress" ? "completed" : "canceled");
    else if (status === "canceled" && call.status !== "in-progress") call.end("canceled");
    else if (status !== null && status !== "canceled")
      throw new TwilioFailure(400, 20001, `Status is not valid: ${status}`);
    else if (source !== undefined && call.status === "in-progress") call.follow(source);
    else throw new TwilioFailure(400, 21220, "Call is not in the right state.");
    return callJson(call);
  };

  const list = (query: URLSearchParams): object => {
    const found = [...calls.values()].reverse().filter(({ order, status }) =>
      [
        [query.get("To"), order.to],
        [query.get("From"), order.from],
        [query.get("Status"), status],
      ].every(([wanted, value]) => wanted === null || wanted === value),
    );
    const size = Number(query.get("PageSize") ?? 50);
    const page = Number(query.get("Page") ?? 0);
    if (!Number.isInteger(size) || size < 1 || size > 1000)
      throw new TwilioFailure(400, 20007, "Page size must be from 1 to 1000");
    const at = (number: number): string => `${account}/Calls.json?PageSize=${size}&Page=${number}`;
    const shown = found.slice(page * size, (page + 1) * size);
    return {
      calls: shown.map(callJson),
      page,
      page_size: size,
      start: page * size,
      end: page * size + Math.max(0, shown.length - 1),
      uri: at(page),
      first_page_uri: at(0),
      next_page_uri: (page + 1) * size < found.length ? at(page + 1) : null,
      previous_page_uri: page > 0 ? at(page - 1) : null,
    };
  };

  const handle = (method: string, url: URL, form: URLSearchParams): [number, object] => {
    const { pathname } = url;
    const one = new RegExp(`^${account}/Calls/(CA[0-9a-f]{32})\\.json$`).exec(pathname)?.[1];
    const verification = new RegExp(`^${service}/Verifications/(VE[0-9a-f]{32})$`).exec(pathname)?.[1];
    if (one !== undefined) {
      const call = calls.get(one);
      if (call === undefined) throw notFound(pathname);
      if (method === "GET") return [200, callJson(call)];
      if (method === "POST") return [200, update(call, form)];
    } else if (pathname === `${account}/Calls.json`) {
      if (method === "GET") return [200, list(url.searchParams)];
      if (method === "POST") {
        const call = new Call(readCallOrder(form, twilio.fromNumber), world);
        calls.set(call.sid, call);
        setImmediate(() => call.dial());
        return [201, callJson(call)];
      }
    } else if (pathname === `${account}/Messages.json` && method === "POST")
      return [201, messages.send(form)];
    else if (pathname === `${service}/Verifications` && method === "POST") return [201, verify.send(form)];
    else if (pathname === `${service}/VerificationCheck` && method === "POST")
      return [200, verify.check(form, pathname)];
    else if (verification !== undefined && method === "GET") return [200, verify.get(verification, pathname)];
    else if (verification !== undefined && method === "POST")
      return [200, verify.end(verification, form, pathname)];
    else throw notFound(pathname);
    throw new TwilioFailure(405, 20004, "Method not allowed");
  };

  const stopCalls = (): void => {
    for (const call of calls.values()) call.end("canceled");
    calls.clear();
  };

  return {
    name: "twilio",
    paths: ["/2010-04-01/", "/v2/Services/"],
    async request(request, url, body, response) {
      let answer: [number, object];
      try {
        authenticate(request, url.pathname);
        answer = handle(request.method ?? "GET", url, new URLSearchParams(body.toString("utf8")));
      } catch (error) {
        if (!(error instanceof TwilioFailure)) throw error;
        answer = [error.status, error.body];
      }
      response.writeHead(answer[0], { "content-type": "application/json" }).end(JSON.stringify(answer[1]));
    },
    errorBody: (status) =>
      failureBody(
        status,
        status === 429 ? 20429 : status === 503 ? 20503 : 20500,
        status === 429 ? "Too Many Requests" : "An internal server error has occurred",
      ),
    reset() {
      stopCalls();
      verify.clear();
    },
    close() {
      stopCalls();
      ticker.stop();
    },
  };
};
