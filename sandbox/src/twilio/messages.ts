/** SMS out: they land in the phone's messages at once. Source: https://www.twilio.com/docs/messaging/api/message-resource */
import type { Phones } from "../phones/phones.ts";
import { newSid, rfc2822 } from "./call.ts";
import { webAddress } from "./call-order.ts";
import { TwilioFailure } from "./errors.ts";
import { sendSigned } from "./signed-request.ts";

const refusedTo: Record<string, [number, string]> = {
  "+15005550001": [21211, "The 'To' number +15005550001 is not a valid phone number."],
  "+15005550002": [21612, "The 'To' phone number is not currently reachable using this 'From' number."],
  "+15005550003": [21408, "Permission to send an SMS has not been enabled for the region."],
  "+15005550004": [21610, "The message From/To pair violates a blacklist rule."],
  "+15005550009": [21614, "'To' number is not a valid mobile number."],
};
const refusedFrom: Record<string, [number, string]> = {
  "+15005550001": [21212, "The 'From' number is not valid."],
  "+15005550008": [21611, "This 'From' number has exceeded the maximum number of queued messages."],
};

const refuse = (code: number, message: string): TwilioFailure => new TwilioFailure(400, code, message);

export class Messages {
  readonly #account: { accountSid: string; authToken: string; fromNumber: string };
  readonly #phones: Phones;
  readonly #log: (event: Record<string, unknown>) => void;

  constructor(
    account: { accountSid: string; authToken: string; fromNumber: string },
    phones: Phones,
    log: (event: Record<string, unknown>) => void,
  ) {
    this.#account = account;
    this.#phones = phones;
    this.#log = log;
  }

  /** @throws TwilioFailure */
  send(form: URLSearchParams): object {
    const { accountSid, fromNumber } = this.#account;
    const to = form.get("To") ?? "";
    const from = form.get("From") ?? "";
    const body = form.get("Body") ?? "";
    if (to === "") throw refuse(21604, "A 'To' phone number is required.");
    if (from === "") throw refuse(21603, "A 'From' phone number is required.");
    if (body === "") throw refuse(21602, "Message body is required.");
    if (body.length > 1_600) throw refuse(21617, "The message body exceeds the 1600 character limit.");
    const refused = refusedFrom[from] ?? refusedTo[to];
    if (refused !== undefined) throw refuse(...refused);
    if (from !== fromNumber && from !== "+15005550006")
      throw refuse(21606, `The 'From' phone number ${from} is not an SMS-capable number of your account.`);
    if (!/^\+[1-9]\d{6,14}$/.test(to))
      throw refuse(21211, `The 'To' number ${to} is not a valid phone number.`);
    const callback = form.get("StatusCallback");
    if (callback !== null) webAddress(callback, 21609, "StatusCallback");
    const sid = newSid("SM");
    const now = new Date();
    this.#phones.at(to).messages.push({ at: now.toISOString(), from, body });
    if (callback !== null) this.#report(callback, sid, from, to);
    return {
      sid,
      account_sid: accountSid,
      api_version: "2010-04-01",
      body,
      date_created: rfc2822(now),
      date_updated: rfc2822(now),
      date_sent: null,
      direction: "outbound-api",
      error_code: null,
      error_message: null,
      from,
      to,
      messaging_service_sid: null,
      num_media: "0",
      num_segments: String(Math.ceil(body.length / 160)),
      price: null,
      price_unit: "USD",
      status: "queued",
      uri: `/2010-04-01/Accounts/${accountSid}/Messages/${sid}.json`,
      subresource_uris: { media: `/2010-04-01/Accounts/${accountSid}/Messages/${sid}/Media.json` },
    };
  }

  #report(url: string, sid: string, from: string, to: string): void {
    const { accountSid, authToken } = this.#account;
    for (const status of ["sent", "delivered"]) {
      const fields: [string, string][] = [
        ["MessageSid", sid],
        ["SmsSid", sid],
        ["MessageStatus", status],
        ["SmsStatus", status],
        ["AccountSid", accountSid],
        ["From", from],
        ["To", to],
        ["ApiVersion", "2010-04-01"],
      ];
      sendSigned({ url, method: "POST", fields }, authToken).then(
        (response) => response.body?.cancel(),
        (error: unknown) => this.#log({ event: "message callback failed", sid, error: String(error) }),
      );
    }
  }
}
