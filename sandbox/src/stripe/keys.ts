/** Who asks: the secret key opens everything, the publishable key only what a browser may do. */
import type { IncomingMessage } from "node:http";
import { StripeFailure, unauthorized } from "./errors.ts";

export interface StripeKeys {
  secretKey: string;
  publishableKey: string;
}

/** The key as `Bearer`, or as the user of `Basic`. */
const keyOf = (request: IncomingMessage): string | undefined => {
  const [scheme, value] = (request.headers.authorization ?? "").split(" ");
  if (value === undefined) return undefined;
  if (scheme?.toLowerCase() === "bearer") return value;
  if (scheme?.toLowerCase() === "basic") return Buffer.from(value, "base64").toString().split(":")[0];
  return undefined;
};

/** @throws StripeFailure 401 without a known key, 403 if the publishable key asks for more than it may */
export const isPublishableCall = (
  request: IncomingMessage,
  keys: StripeKeys,
  isPublicRoute: boolean,
): boolean => {
  const key = keyOf(request);
  if (key === undefined)
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    );
  if (key === keys.secretKey) return false;
  if (key !== keys.publishableKey)
    throw unauthorized(`Invalid API Key provided: ${key.slice(0, 8)}${"*".repeat(8)}${key.slice(-4)}`);
  if (!isPublicRoute)
    throw new StripeFailure(
      403,
      {
        type: "invalid_request_error",
        code: "secret_key_required",
        message: "This API call cannot be made with a publishable API key. Please use a secret API key.",
      },
      false,
    );
  return true;
};
