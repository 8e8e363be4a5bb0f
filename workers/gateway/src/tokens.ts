// Reads a person's token. The signature and the dates are judged here; revocation is judged by the database.
import { fail } from "@callmeback/shared/contract/errors";
import type { AdminActor, UserActor } from "@callmeback/shared/rpc/context";
import { importJWK, type JWTPayload, jwtVerify } from "jose";
import * as z from "zod";

const claims = z.object({ sub: z.uuid(), jti: z.string().min(1), iat: z.number(), exp: z.number() });

const jwk = z.looseObject({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string() });

type Key = Awaited<ReturnType<typeof importJWK>>;

/** Keys, not promises of keys: one request must not wait for another's work. */
const keys = new Map<string, Key>();

async function publicKey(json: string): Promise<Key> {
  const known = keys.get(json);
  if (known !== undefined) return known;
  const { kty, crv, x } = jwk.parse(JSON.parse(json));
  const key = await importJWK({ kty, crv, x }, "EdDSA");
  keys.set(json, key);
  return key;
}

/** The token of an `Authorization: Bearer` header, or null. */
export const bearerToken = (authorization: string): string | null =>
  /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? null;

/** The person whose token this is. Errors: `INVALID_TOKEN`; whatever is wrong, the words are the same. */
export async function verifyUserToken(publicKeyJson: string, authorization: string): Promise<UserActor> {
  const { sub, ...facts } = await verified(publicKeyJson, authorization, "callmeback:user");
  return { kind: "user", userId: sub, ...facts };
}

/** The operator whose token this is. A person's token is none. Errors: `INVALID_TOKEN`. */
export async function verifyAdminToken(publicKeyJson: string, authorization: string): Promise<AdminActor> {
  const { sub, ...facts } = await verified(publicKeyJson, authorization, "callmeback:admin");
  return { kind: "admin", adminId: sub, ...facts };
}

async function verified(publicKeyJson: string, authorization: string, audience: string) {
  const key = await publicKey(publicKeyJson);
  const token = bearerToken(authorization) ?? "";
  const payload = await jwtVerify(token, key, {
    algorithms: ["EdDSA", "Ed25519"],
    issuer: "callmeback",
    audience,
  }).then(
    (result): JWTPayload | null => result.payload,
    () => null,
  );
  const parsed = claims.safeParse(payload);
  if (!parsed.success) return fail("INVALID_TOKEN", "This token is not valid or has expired: log in again.");
  const { sub, jti, iat, exp } = parsed.data;
  return { sub, tokenId: jti, issuedAt: iat, expiresAt: exp };
}
