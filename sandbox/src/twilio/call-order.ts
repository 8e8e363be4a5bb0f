/** What the product asks of a new call, checked as Twilio checks it. Source: https://www.twilio.com/docs/voice/api/call-resource */
import { TwilioFailure } from "./errors.ts";
import type { WebRequest } from "./signed-request.ts";

export interface CallOrder {
  to: string;
  from: string;
  request?: WebRequest;
  twiml?: string;
  callback?: { url: string; method: "GET" | "POST"; events: string[] };
  timeoutSeconds: number;
  timeLimitSeconds: number;
}

const isPhone = (text: string): boolean => /^\+[1-9]\d{6,14}$/.test(text);

const refusedTo: Record<string, [number, string]> = {
  "+15005550001": [21217, "Phone number does not appear to be valid"],
  "+15005550002": [21214, "'To' phone number cannot be reached"],
  "+15005550003": [
    21215,
    "Account not authorized to call +15005550003. Perhaps you need to enable some international permissions: https://www.twilio.com/console/voice/calls/geo-permissions/low-risk",
  ],
  "+15005550004": [21216, "Account not allowed to call +15005550004"],
};

const refuse = (code: number, message: string): TwilioFailure => new TwilioFailure(400, code, message);

const method = (text: string | null): "GET" | "POST" => {
  const value = (text ?? "POST").toUpperCase();
  if (value !== "GET" && value !== "POST") throw refuse(21209, `Method is not valid: ${text}`);
  return value;
};

export const webAddress = (text: string, code: number, name: string): string => {
  if (!URL.canParse(text) || !/^https?:/i.test(text))
    throw refuse(code, `${name} is not a valid URL: ${text}`);
  return text;
};

const seconds = (text: string | null, usual: number, most: number, name: string): number => {
  if (text === null) return usual;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > most)
    throw refuse(name === "Timeout" ? 21208 : 20001, `${name} is not valid: ${text}`);
  return value;
};

/** Where a call finds its instructions; nothing when none is named. */
export const instructions = (form: URLSearchParams): { request?: WebRequest; twiml?: string } | undefined => {
  const url = form.get("Url");
  if (url !== null)
    return {
      request: { url: webAddress(url, 21205, "Url"), method: method(form.get("Method")), fields: [] },
    };
  const twiml = form.get("Twiml");
  if (twiml === null) return undefined;
  if (twiml.length > 4_000) throw refuse(20001, "Twiml is longer than 4000 characters");
  return { twiml };
};

/** @throws TwilioFailure */
export const readCallOrder = (form: URLSearchParams, ownNumber: string): CallOrder => {
  const to = form.get("To") ?? "";
  const from = form.get("From") ?? "";
  if (to === "") throw refuse(21201, "No 'To' number is specified");
  if (from === "") throw refuse(21213, "A 'From' phone number is required.");
  if (from === "+15005550001" || !isPhone(from))
    throw refuse(21212, `'From' is not a valid phone number: ${from}`);
  if (from !== ownNumber && from !== "+15005550006")
    throw refuse(21210, `The source phone number provided, ${from}, is not yet verified for your account.`);
  const refused = refusedTo[to];
  if (refused !== undefined) throw refuse(...refused);
  if (!isPhone(to)) throw refuse(21211, `The 'To' number ${to} is not a valid phone number.`);
  const source = instructions(form);
  if (source === undefined) throw refuse(21205, "Url parameter is required.");
  const callback = form.get("StatusCallback");
  const events = form.getAll("StatusCallbackEvent").flatMap((each) => each.split(/\s+/));
  return {
    to,
    from,
    ...source,
    ...(callback === null
      ? {}
      : {
          callback: {
            url: webAddress(callback, 21609, "StatusCallback"),
            method: method(form.get("StatusCallbackMethod")),
            events: events.length === 0 ? ["completed"] : events,
          },
        }),
    timeoutSeconds: seconds(form.get("Timeout"), 60, 600, "Timeout"),
    timeLimitSeconds: seconds(form.get("TimeLimit"), 14_400, 86_400, "TimeLimit"),
  };
};
