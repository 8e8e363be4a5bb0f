// The client's own key for "the same request again".
import { fail } from "@callmeback/shared/contract/errors";

/** Null when there is none. Errors: `VALIDATION_ERROR`. */
export function idempotencyKey(headers: Headers): string | null {
  const key = headers.get("Idempotency-Key");
  if (key === null || /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const message = "must be 1 to 255 visible ASCII characters";
  return fail("VALIDATION_ERROR", `Idempotency-Key ${message}.`, {
    details: { fields: [{ path: "Idempotency-Key", message }] },
  });
}
