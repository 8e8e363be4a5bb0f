// Twilio Verify over fetch, with a key that can do nothing else.
// Source: https://www.twilio.com/docs/verify/api.
import { fail } from "@callmeback/shared/contract/errors";
import { logFault } from "@callmeback/shared/domain/log";
import { requestIdHeaders } from "@callmeback/shared/domain/request-id";
import * as z from "zod";

export interface VerifyConfig {
  /** Empty for Twilio itself. */
  apiUrl: string;
  serviceSid: string;
  keySid: string;
  keySecret: string;
}

const verification = z.looseObject({ sid: z.string(), status: z.string() });
const refusal = z.looseObject({ code: z.int() });

/** Too many checks, too many sends, too many at once for one number. Every other 429 is about our account. */
const tooManyCodes = new Set([60202, 60203, 60212]);

const timeoutMs = 10_000;

export class Verify {
  readonly #config: VerifyConfig;

  constructor(config: VerifyConfig) {
    this.#config = config;
  }

  /** Sends a code by SMS; returns the verification's id, which is the old one while that is alive. Errors: `TOO_MANY_CODES`, `TWILIO_ERROR`. */
  async send(phone: string): Promise<string> {
    const answer = await this.#post("Verifications", { To: phone, Channel: "sms" });
    return answer === "gone" ? failed(new Error("Verify knows no such service")) : answer.sid;
  }

  /** Ends a verification, so that the next `send` makes a new code. Errors: `TWILIO_ERROR`. */
  async cancel(verificationSid: string): Promise<void> {
    await this.#post(`Verifications/${encodeURIComponent(verificationSid)}`, { Status: "canceled" });
  }

  /** Is this the code? `gone` when the verification has ended. Errors: `TOO_MANY_CODES`, `TWILIO_ERROR`. */
  async check(verificationSid: string, code: string): Promise<"approved" | "wrong" | "gone"> {
    const answer = await this.#post("VerificationCheck", { VerificationSid: verificationSid, Code: code });
    if (answer === "gone") return "gone";
    return answer.status === "approved" ? "approved" : "wrong";
  }

  async #post(path: string, fields: Record<string, string>) {
    const { status, body } = await this.#ask(path, fields);
    if (status === 404) return "gone" as const;
    const answer = verification.safeParse(body);
    if (status < 300 && answer.success) return answer.data;
    if (status === 429 && tooManyCodes.has(refusal.safeParse(body).data?.code ?? 0)) {
      return fail("TOO_MANY_CODES", "Too many codes or tries for this number. Wait ten minutes.", {
        retryAfter: 600,
      });
    }
    return failed(new Error(`Verify answered ${status} in a form that is not its own, or refused`));
  }

  async #ask(path: string, fields: Record<string, string>): Promise<{ status: number; body: unknown }> {
    const { apiUrl, serviceSid, keySid, keySecret } = this.#config;
    const base = apiUrl === "" ? "https://verify.twilio.com" : apiUrl;
    try {
      const response = await fetch(`${base}/v2/Services/${serviceSid}/${path}`, {
        method: "POST",
        headers: { Authorization: `Basic ${btoa(`${keySid}:${keySecret}`)}`, ...requestIdHeaders() },
        body: new URLSearchParams(fields),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      return { status: response.status, body: jsonOrNull(text) };
    } catch (error) {
      return failed(error);
    }
  }
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failed(error: unknown): never {
  logFault({ worker: "auth", event: "twilio verify failed" }, error);
  return fail("TWILIO_ERROR", "The telephone provider did not send or check the code. Try again.", {
    retryAfter: 5,
  });
}
