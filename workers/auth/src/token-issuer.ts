// Makes the tokens that say who somebody is. The gateway checks them with the public half of this key.
import { importJWK, SignJWT } from "jose";
import { uuidv7 } from "uuidv7";

export type TokenIssuer = (userId: string, now: Date) => Promise<string>;

const lifetimeSeconds = 30 * 24 * 3600;

/** @param signingKey private Ed25519 key as JWK JSON. Tokens are EdDSA and live 30 days. */
export function tokenIssuer(signingKey: string): TokenIssuer {
  const key = importJWK(JSON.parse(signingKey), "EdDSA");
  return async (userId, now) => {
    const issuedAt = Math.floor(now.getTime() / 1000);
    const expiresAt = issuedAt + lifetimeSeconds;
    return new SignJWT({ user_id: userId, issued_at: issuedAt, expires_at: expiresAt })
      .setProtectedHeader({ alg: "EdDSA" })
      .setSubject(userId)
      .setJti(uuidv7())
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .setIssuer("callmeback")
      .setAudience("callmeback:user")
      .sign(await key);
  };
}
