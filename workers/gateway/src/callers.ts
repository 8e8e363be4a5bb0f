// Who asks: each caller kind of the contract proves itself in its own way.
import { fail } from "@callmeback/shared/contract/errors";
import { tokenProtocol } from "@callmeback/shared/contract/live";
import type { Route } from "@callmeback/shared/contract/route";
import { type Actor, anonymous, system } from "@callmeback/shared/rpc/context";
import { isSameSecret } from "./constant-time.ts";
import type { Env } from "./env.ts";
import { bearerToken, verifyAdminToken, verifyUserToken } from "./tokens.ts";

/**
 * The actor of a request. Errors: `UNAUTHORIZED` without proof, `INVALID_TOKEN` for a bad one,
 * `INVALID_SIGNATURE` from Twilio's check. Stripe's signature is checked by billing, which holds the secret.
 */
export async function identify(
  env: Env,
  route: Route,
  request: Request,
  signedBody: string | undefined,
): Promise<Actor> {
  const authorization =
    request.headers.get("Authorization") ?? (route.upgrade ? tokenOfSocket(request) : null);
  switch (route.caller) {
    case "none":
      return anonymous;
    case "optional":
      return authorization === null ? anonymous : verifyUserToken(env.AUTH_PUBLIC_KEY, authorization);
    case "user":
      if (authorization === null) return fail("UNAUTHORIZED", "This needs a token: log in first.");
      return verifyUserToken(env.AUTH_PUBLIC_KEY, authorization);
    case "admin":
      if (authorization === null)
        return fail("UNAUTHORIZED", "This needs an administrator's token: log in first.");
      return verifyAdminToken(env.AUTH_PUBLIC_KEY, authorization);
    case "voice-node": {
      const key = bearerToken(authorization ?? "");
      if (key === null || !(await isSameSecret(key, env.VOICE_NODE_KEY))) {
        return fail("UNAUTHORIZED", "This needs a voice node's key.");
      }
      return system;
    }
    case "twilio":
      await env.CALLS.verifyTwilio({
        url: signedUrl(env.PUBLIC_URL, request.url),
        fields: [...new URLSearchParams(signedBody)],
        signature: request.headers.get("X-Twilio-Signature"),
      });
      return system;
    case "stripe":
      return system;
  }
}

/** A browser's WebSocket sends no headers of its own: its token comes as a subprotocol. */
function tokenOfSocket(request: Request): string | null {
  const offered = (request.headers.get("Sec-WebSocket-Protocol") ?? "").split(",").map((each) => each.trim());
  const token = offered.find((each) => each.startsWith(tokenProtocol))?.slice(tokenProtocol.length);
  return token === undefined ? null : `Bearer ${token}`;
}

/** The address that Twilio was given, whatever a proxy made of the host on the way here. */
export function signedUrl(publicUrl: string, requestUrl: string): string {
  const { pathname, search } = new URL(requestUrl);
  return `${new URL(publicUrl).origin}${pathname}${search}`;
}
