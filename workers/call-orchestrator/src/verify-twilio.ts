// Is a request Twilio's own? Checked by Twilio's own library part, which is small; its whole client is not.
// Source: https://www.twilio.com/docs/usage/security
import { fail } from "@callmeback/shared/contract/errors";
import type { SignedRequest } from "@callmeback/shared/rpc/calls";
import { validateRequest } from "twilio/lib/webhooks/webhooks.js";

/** Errors: `INVALID_SIGNATURE`, with no detail. Repeated fields are signed as a list. */
export function verifyTwilio(authToken: string, { url, fields, signature }: SignedRequest): void {
  const parameters: Record<string, string | string[]> = {};
  for (const [name, value] of fields) {
    const before = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    parameters[name] = before === undefined ? value : [before, value].flat();
  }
  if (signature === null || !validateRequest(authToken, signature, url, parameters)) {
    fail("INVALID_SIGNATURE", "The signature does not fit.");
  }
}
