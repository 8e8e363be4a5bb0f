// Makes the tokens that say who somebody is. The gateway checks them with the public half of this key.
import { importJWK, SignJWT } from "jose";
import { uuidv7 } from "uuidv7";

export interface TokenIssuer {
  /**
   * A token for this subject.
   * @param notBefore epoch seconds from which its owner's tokens count; the token is dated no earlier
   */
  issue(subject: string, notBefore?: number): Promise<string>;
}

export type Audience = "callmeback:user" | "callmeback:admin";

const lifetimeSeconds: Record<Audience, number> = {
  "callmeback:user": 30 * 24 * 3600,
  "callmeback:admin": 12 * 3600,
};

/** @param signingKey private Ed25519 key as JWK JSON. A person's token lives 30 days, an administrator's 12 hours. */
export function tokenIssuer(
  signingKey: string,
  audience: Audience = "callmeback:user",
  now = () => new Date(),
): TokenIssuer {
  const key = importJWK(JSON.parse(signingKey), "EdDSA");
  return {
    async issue(subject, notBefore = 0) {
      const issuedAt = Math.max(Math.floor(now().getTime() / 1000), Math.ceil(notBefore));
      const expiresAt = issuedAt + lifetimeSeconds[audience];
      return new SignJWT({ user_id: subject, issued_at: issuedAt, expires_at: expiresAt })
        .setProtectedHeader({ alg: "EdDSA" })
        .setSubject(subject)
        .setJti(uuidv7())
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .setIssuer("callmeback")
        .setAudience(audience)
        .sign(await key);
    },
  };
}
