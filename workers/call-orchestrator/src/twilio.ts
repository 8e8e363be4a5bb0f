// The few requests to Twilio's REST API that a call needs, over fetch: Twilio's own client is 3.6 MB and needs Node.
// Source: https://www.twilio.com/docs/voice/api/call-resource
import { fail } from "@callmeback/shared/contract/errors";
import { logFault } from "@callmeback/shared/domain/log";
import { requestIdHeaders } from "@callmeback/shared/domain/request-id";
import * as z from "zod";

export interface TwilioConfig {
  /** Empty for Twilio itself. */
  apiUrl: string;
  accountSid: string;
  authToken: string;
  fromNumber: string;
}

const callResource = z.looseObject({ sid: z.string(), status: z.string(), duration: z.string().nullable() });
export type TwilioCall = z.infer<typeof callResource>;

export interface NewCall {
  to: string;
  answerUrl: string;
  statusUrl: string;
  timeLimitSeconds: number;
}

/** Twilio said no, with its own code. */
export class TwilioRefusal extends Error {
  readonly status: number;
  readonly twilioCode: number | undefined;
  /** What its `Retry-After` asks for, in seconds. */
  readonly retryAfter: number | undefined;

  constructor(status: number, twilioCode: number | undefined, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.twilioCode = twilioCode;
    this.retryAfter = retryAfter;
  }

  /** Too many requests at once: this one was not looked at. */
  get isTooMany(): boolean {
    return this.status === 429;
  }

  /** A fault of Twilio's own says nothing of whether it took the request before it failed. */
  get isClear(): boolean {
    return this.status < 500;
  }
}

const timeoutMs = 10_000;
const mostTries = 3;
const firstPauseMs = 200;
const longestPauseMs = 2_000;
const ringSeconds = 45;

export class Twilio {
  readonly #config: TwilioConfig;

  constructor(config: TwilioConfig) {
    this.#config = config;
  }

  /** Asked again only after a 429: Twilio has no idempotency key, and a phone must not ring twice. */
  async placeCall(call: NewCall): Promise<TwilioCall> {
    return this.#post("Calls.json", [
      ["To", call.to],
      ["From", this.#config.fromNumber],
      ["Url", call.answerUrl],
      ["StatusCallback", call.statusUrl],
      ...["initiated", "ringing", "answered", "completed"].map((event): [string, string] => [
        "StatusCallbackEvent",
        event,
      ]),
      ["Timeout", String(ringSeconds)],
      ["TimeLimit", String(call.timeLimitSeconds)],
    ]);
  }

  /** Ends a call, ringing or running; one that has ended already is left as it is. */
  async endCall(sid: string, status: "completed" | "canceled"): Promise<void> {
    try {
      // Ending what has ended changes nothing, so it may be asked again.
      await this.#post(`Calls/${sid}.json`, [["Status", status]], true);
    } catch (error) {
      if (error instanceof TwilioRefusal && (error.twilioCode === 21220 || error.status === 404)) return;
      logFault({ worker: "call-orchestrator", event: "twilio refused to end a call" }, error);
      fail("TWILIO_ERROR", "The telephone provider did not end the call. Try again.", { retryAfter: 2 });
    }
  }

  /** Sends an SMS. Asked again only after a 429: it must not come twice. Errors: whatever kept it from being taken. */
  async sendMessage(to: string, body: string): Promise<void> {
    const fields = new URLSearchParams({ To: to, From: this.#config.fromNumber, Body: body });
    await this.#request("Messages.json", { method: "POST", body: fields });
  }

  async fetchCall(sid: string): Promise<TwilioCall> {
    return callResource.parse(await this.#request(`Calls/${sid}.json`, { method: "GET" }, true));
  }

  async #post(path: string, fields: [string, string][], isRepeatable = false): Promise<TwilioCall> {
    return callResource.parse(
      await this.#request(path, { method: "POST", body: new URLSearchParams(fields) }, isRepeatable),
    );
  }

  /** @param isRepeatable whether asking again after a failure can do no harm */
  async #request(path: string, init: RequestInit, isRepeatable = false): Promise<unknown> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#ask(path, init);
      } catch (error) {
        const refusal = error instanceof TwilioRefusal ? error : undefined;
        const canRepeat = refusal?.isTooMany || (isRepeatable && !refusal?.isClear);
        if (tries === mostTries || !canRepeat) throw error;
        const askedMs = (refusal?.retryAfter ?? 0) * 1000;
        if (askedMs > longestPauseMs) throw error;
        const pauseMs = firstPauseMs * 2 ** (tries - 1) * (0.5 + Math.random() / 2);
        await new Promise((resolve) => setTimeout(resolve, Math.max(askedMs, pauseMs)));
      }
    }
  }

  async #ask(path: string, init: RequestInit): Promise<unknown> {
    const { apiUrl, accountSid, authToken } = this.#config;
    const base = apiUrl === "" ? "https://api.twilio.com" : apiUrl;
    const response = await fetch(`${base}/2010-04-01/Accounts/${accountSid}/${path}`, {
      ...init,
      headers: {
        Authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}`,
        Accept: "application/json",
        ...requestIdHeaders(),
      },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    const code = /"code"\s*:\s*(\d+)/.exec(text)?.[1];
    throw new TwilioRefusal(
      response.status,
      code === undefined ? undefined : Number(code),
      `Twilio answered ${response.status}${code === undefined ? "" : ` with code ${code}`}.`,
      Number(response.headers.get("Retry-After") ?? "") || undefined,
    );
  }
}
