// On whose behalf a Worker is asked, carried by every call between Workers.
import * as z from "zod";

/** Whose rights a statement runs under. A user's token is checked again, for revocation, by the database itself. */
export type Actor =
  | { kind: "anonymous" }
  | { kind: "system" }
  /** The house on behalf of somebody who is not there, as when a scheduled call begins. */
  | { kind: "person"; userId: string }
  | ({ kind: "user"; userId: string } & TokenFacts)
  /** An operator. */
  | ({ kind: "admin"; adminId: string } & TokenFacts);

interface TokenFacts {
  /** The token's `jti`. */
  tokenId: string;
  /** Epoch seconds. */
  issuedAt: number;
  /** Epoch seconds. */
  expiresAt: number;
}

export type UserActor = Extract<Actor, { kind: "user" }>;
export type PersonActor = Extract<Actor, { kind: "person" }>;
export type AdminActor = Extract<Actor, { kind: "admin" }>;

export interface Context<A extends Actor = Actor> {
  actor: A;
  /** Stands in every log line and outside call of the request. */
  requestId: string;
}

export type UserContext = Context<UserActor>;
export type AdminContext = Context<AdminActor>;

export const anonymous: Actor = { kind: "anonymous" };
export const system: Actor = { kind: "system" };

/** A person as they cross from Worker to Worker in a header. */
export const userActor: z.ZodType<UserActor> = z.object({
  kind: z.literal("user"),
  userId: z.string(),
  tokenId: z.string(),
  issuedAt: z.number(),
  expiresAt: z.number(),
});
export const watcherHeader = "X-Watcher";
