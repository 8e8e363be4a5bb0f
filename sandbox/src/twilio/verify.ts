/** Verify v2: a code by SMS, six digits, ten minutes, five checks, five sends. Source: https://www.twilio.com/docs/verify/api */
import { randomInt } from "node:crypto";
import type { Phones } from "../phones/phones.ts";
import { newSid } from "./call.ts";
import { notFound, TwilioFailure } from "./errors.ts";

const lifetimeMs = 10 * 60_000;
const most = 5;
const sender = "+15005550006";

interface Verification {
  sid: string;
  to: string;
  code: string;
  sends: { time: string; channel: "SMS"; attempt_sid: string }[];
  checks: number;
  createdAt: Date;
  updatedAt: Date;
  status: "pending" | "approved" | "canceled";
}

const invalid = (name: string): TwilioFailure => new TwilioFailure(400, 60200, `Invalid parameter: ${name}`);

export class Verify {
  readonly #accountSid: string;
  readonly #serviceSid: string;
  readonly #phones: Phones;
  readonly #pending = new Map<string, Verification>();

  constructor(accountSid: string, serviceSid: string, phones: Phones) {
    this.#accountSid = accountSid;
    this.#serviceSid = serviceSid;
    this.#phones = phones;
  }

  clear(): void {
    this.#pending.clear();
  }

  /** @throws TwilioFailure */
  send(form: URLSearchParams): object {
    const to = form.get("To") ?? "";
    if (!/^\+[1-9]\d{6,14}$/.test(to)) throw invalid("To");
    if (form.get("Channel") !== "sms") throw invalid("Channel");
    const now = new Date();
    const verification = this.#alive(to, now) ?? {
      sid: newSid("VE"),
      to,
      code: String(randomInt(1_000_000)).padStart(6, "0"),
      sends: [],
      checks: 0,
      createdAt: now,
      updatedAt: now,
      status: "pending",
    };
    if (verification.sends.length >= most) throw new TwilioFailure(429, 60203, "Max send attempts reached");
    verification.sends.push({ time: now.toISOString(), channel: "SMS", attempt_sid: newSid("VL") });
    verification.updatedAt = now;
    this.#pending.set(to, verification);
    this.#phones.at(to).messages.push({
      at: now.toISOString(),
      from: sender,
      body: `Your verification code is: ${verification.code}`,
    });
    return { ...this.#json(verification), lookup: {}, send_code_attempts: verification.sends, sna: null };
  }

  /** @throws TwilioFailure */
  check(form: URLSearchParams, path: string): object {
    const code = form.get("Code") ?? "";
    if (!/^\d{4,10}$/.test(code)) throw invalid("Code");
    const sid = form.get("VerificationSid");
    const to = form.get("To") ?? [...this.#pending.values()].find((each) => each.sid === sid)?.to ?? "";
    const verification = this.#alive(to, new Date());
    if (verification === undefined) throw notFound(path.replace("/v2", ""));
    if (verification.checks >= most) throw new TwilioFailure(429, 60202, "Max check attempts reached");
    verification.checks += 1;
    verification.updatedAt = new Date();
    if (code === verification.code) {
      verification.status = "approved";
      this.#pending.delete(to);
    }
    return { ...this.#json(verification), sna_attempts_error_codes: [] };
  }

  /** @throws TwilioFailure */
  get(sid: string, path: string): object {
    return this.#json(this.#bySid(sid, path));
  }

  /** `Status=canceled` or `approved`, said from outside. @throws TwilioFailure */
  end(sid: string, form: URLSearchParams, path: string): object {
    const status = form.get("Status");
    if (status !== "canceled" && status !== "approved") throw invalid("Status");
    const verification = this.#bySid(sid, path);
    verification.status = status;
    verification.updatedAt = new Date();
    this.#pending.delete(verification.to);
    return this.#json(verification);
  }

  #bySid(sid: string, path: string): Verification {
    const to = [...this.#pending.values()].find((each) => each.sid === sid)?.to ?? "";
    const verification = this.#alive(to, new Date());
    if (verification === undefined) throw notFound(path.replace("/v2", ""));
    return verification;
  }

  #alive(to: string, now: Date): Verification | undefined {
    const found = this.#pending.get(to);
    return found && now.getTime() - found.createdAt.getTime() < lifetimeMs ? found : undefined;
  }

  #json({ sid, to, status, createdAt, updatedAt }: Verification) {
    return {
      sid,
      service_sid: this.#serviceSid,
      account_sid: this.#accountSid,
      to,
      channel: "sms",
      status,
      valid: status === "approved",
      amount: null,
      payee: null,
      date_created: createdAt.toISOString(),
      date_updated: updatedAt.toISOString(),
      url: `https://verify.twilio.com/v2/Services/${this.#serviceSid}/Verifications/${sid}`,
    };
  }
}
