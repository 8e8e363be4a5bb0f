/** Twilio's own HTTP requests to the product: signed, at most 15 s, tried twice only when nobody could be reached. */
import { randomUUID } from "node:crypto";
import { type Fields, signatureOf } from "./signature.ts";

const answerWithinMs = 15_000;

export interface WebRequest {
  url: string;
  method: "GET" | "POST";
  fields: Fields;
}

const attempt = async (asked: WebRequest, authToken: string, headers: Record<string, string>) => {
  const target = new URL(asked.url.replace(/#.*$/, ""));
  if (asked.method === "GET")
    for (const [name, value] of asked.fields) target.searchParams.append(name, value);
  const isPost = asked.method === "POST";
  const address = isPost ? asked.url : target.href;
  return fetch(isPost ? asked.url.replace(/#.*$/, "") : target, {
    method: asked.method,
    headers: {
      accept: "*/*",
      "user-agent": "TwilioProxy/1.1",
      "x-twilio-signature": signatureOf(authToken, address, isPost ? asked.fields : []),
      ...headers,
    },
    ...(isPost
      ? { body: new URLSearchParams(asked.fields.map(([name, value]): [string, string] => [name, value])) }
      : {}),
    signal: AbortSignal.timeout(answerWithinMs),
  });
};

/** @throws Error when nobody was reached twice, or no answer came in time */
export const sendSigned = async (asked: WebRequest, authToken: string): Promise<Response> => {
  const token = { "i-twilio-idempotency-token": randomUUID() };
  try {
    return await attempt(asked, authToken, token);
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") throw error;
    return attempt(asked, authToken, token);
  }
};
