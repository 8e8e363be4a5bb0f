// What the gateway is given. Bindings are typed by the interfaces they serve, so that tests can stand in for them.
import type { AuthRpc } from "@callmeback/shared/rpc/auth";
import type { BillingRpc } from "@callmeback/shared/rpc/billing";
import type { CallsRpc } from "@callmeback/shared/rpc/calls";
import type { PersonaRpc } from "@callmeback/shared/rpc/persona";
import type { Decision, Rule } from "./rate-limits/window.ts";

export interface RateLimiterRpc {
  take(counter: string, rule: Rule): Promise<Decision>;
}

export interface PublicVersionRpc {
  current(): Promise<number>;
  raise(): Promise<void>;
}

export interface EdgeCache {
  match(address: string): Promise<Response | undefined>;
  put(address: string, answer: Response): Promise<void>;
}

export interface Env {
  AUTH: AuthRpc;
  PERSONA: PersonaRpc;
  /** `fetch` takes the upgrade of a live call that `mayWatch` has allowed: a socket cannot travel over RPC. */
  CALLS: CallsRpc & { fetch(request: Request): Promise<Response> };
  BILLING: BillingRpc;
  RATE_LIMITER: { getByName(subject: string): RateLimiterRpc };
  /** The data centre's own cache; without it every answer is made anew. */
  EDGE_CACHE?: EdgeCache;
  PUBLIC_VERSION: { getByName(list: string): PublicVersionRpc };
  /** The bearer key of the voice pipelines. */
  VOICE_NODE_KEY: string;
  /** Ed25519 public key, a JWK in JSON. */
  AUTH_PUBLIC_KEY: string;
  PUBLIC_URL: string;
  /** The voice pipeline's address for media streams, ws(s)://. */
  VOICE_PUBLIC_URL: string;
  /** Separated by commas. */
  CORS_ORIGINS: string;
  TRUST_LOOPBACK_CLIENT: string;
  RATE_LIMIT_SCALE?: string;
}
