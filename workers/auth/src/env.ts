// What this Worker is given, and the form in which its verbs take it.
import type { DatabaseRpc } from "@callmeback/shared/rpc/database";
import type { Passwords } from "./passwords.ts";
import type { TokenIssuer } from "./token-issuer.ts";
import type { Verify } from "./verify.ts";

export interface Env {
  DATABASE: DatabaseRpc;
  /** Private Ed25519 key as JWK JSON. */
  AUTH_SIGNING_KEY: string;
  PASSWORD_HASH_COST: string;
  /** The first operator; empty for none. */
  ADMIN_EMAIL: string;
  ADMIN_PASSWORD: string;
  TWILIO_API_URL: string;
  TWILIO_VERIFY_KEY_SID: string;
  TWILIO_VERIFY_KEY_SECRET: string;
  TWILIO_VERIFY_SERVICE_SID: string;
}

export interface AuthDeps {
  database: DatabaseRpc;
  tokens: TokenIssuer;
  adminTokens: TokenIssuer;
  /** Who may come in as long as there is no operator. */
  firstAdmin: { email: string; password: string } | null;
  verify: Verify;
  passwords: Passwords;
}
