// Is a request Twilio's own? And what is a stream's handshake signed with, which others check? Worked out by Twilio's own library part, which is small; its whole client is not.
// Source: https://www.twilio.com/docs/usage/security
import { fail } from "@callmeback/shared/contract/errors";
import type { SignedRequest } from "@callmeback/shared/rpc/calls";
import { getExpectedTwilioSignature, validateRequest } from "twilio/lib/webhooks/webhooks.js";

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

/**
 * What Twilio's handshake of a media stream may be signed with: the address as Twilio was given it, without parameters, and
 * the same with a slash at its end, as some of Twilio's servers sign it.
 */
export const streamSignatures = (authToken: string, url: string): string[] =>
  [url, `${url}/`].map((each) => getExpectedTwilioSignature(authToken, each, {}));
