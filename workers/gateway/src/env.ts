// What the gateway is given. Bindings are typed by the interfaces they serve, so that tests can stand in for them.
import type { AuthRpc } from "@callmeback/shared/rpc/auth";
import type { BillingRpc } from "@callmeback/shared/rpc/billing";
import type { CallsRpc } from "@callmeback/shared/rpc/calls";
import type { PersonaRpc } from "@callmeback/shared/rpc/persona";
import type { Decision, Rule } from "./rate-limits/window.ts";

export interface RateLimiterRpc {
  take(counter: string, rule: Rule): Promise<Decision>;
}

export interface Env {
  AUTH: AuthRpc;
  PERSONA: PersonaRpc;
  CALLS: CallsRpc;
  BILLING: BillingRpc;
  RATE_LIMITER: { getByName(subject: string): RateLimiterRpc };
  /** The bearer key of the voice pipelines. */
  VOICE_NODE_KEY: string;
  /** Ed25519 public key, a JWK in JSON. */
  AUTH_PUBLIC_KEY: string;
  PUBLIC_URL: string;
  /** Separated by commas. */
  CORS_ORIGINS: string;
  TRUST_LOOPBACK_CLIENT: string;
  RATE_LIMIT_SCALE?: string;
}
