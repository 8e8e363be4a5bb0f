/**
 * Idempotency keys as Stripe keeps them for POST: the first answer is given again word for word, another request under
 * the same key is refused, and one that is still at work is a conflict. Source: Stripe's API reference.
 */
import { StripeFailure } from "./errors.ts";

const keptSeconds = 24 * 3600;

export interface Answer {
  status: number;
  body: string;
}

interface Entry {
  path: string;
  fingerprint: string;
  at: number;
  answer: Answer | undefined;
}

const refusal = (status: number, message: string, code?: string): StripeFailure =>
  new StripeFailure(
    status,
    code === undefined
      ? { type: "idempotency_error", message }
      : { type: "idempotency_error", code, message },
    false,
  );

export class IdempotencyKeys {
  readonly #entries = new Map<string, Entry>();

  /**
   * Takes the key for this request, or gives the answer that it already has.
   * @throws StripeFailure 400 idempotency_error, 409 idempotency_key_in_use
   */
  begin(key: string, path: string, fingerprint: string, now: number): Answer | undefined {
    if (key.length > 255) throw refusal(400, "Idempotency keys can be at most 255 characters long.");
    for (const [old, entry] of this.#entries) {
      if (entry.at > now - keptSeconds) break;
      this.#entries.delete(old);
    }
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      this.#entries.set(key, { path, fingerprint, at: now, answer: undefined });
      return undefined;
    }
    if (entry.path !== path)
      throw refusal(
        400,
        `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${entry.path}' vs '${path}'). Try using a key other than '${key}' if you meant to execute a different request.`,
      );
    if (entry.fingerprint !== fingerprint)
      throw refusal(
        400,
        `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
      );
    if (entry.answer === undefined)
      throw refusal(
        409,
        `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
        "idempotency_key_in_use",
      );
    return entry.answer;
  }

  finish(key: string, answer: Answer): void {
    const entry = this.#entries.get(key);
    if (entry) entry.answer = answer;
  }

  /** The request never began its work: the key is free again. */
  forget(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }
}
