// What a token's owner can ask about the token: who am I, a new one for it, forget it.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import type { UserActor, UserContext } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { AuthDeps } from "./env.ts";
import { personColumns, personRow, tokensFrom } from "./person.ts";

const ownerless = () => fail("INVALID_TOKEN", "This token belongs to nobody. Log in again.");

export async function me(
  { database }: AuthDeps,
  { actor }: UserContext,
): Promise<RouteOutput<Contract["me"]>> {
  const [[user]] = await transact(
    database,
    actor,
    rows(personRow)`select ${personColumns} from users where id = app.user_id()`,
  );
  return user === undefined ? ownerless() : { user };
}

/** Revokes this token; no row when somebody was quicker. */
const revoke = (actor: UserActor) => rows(z.object({ jti: z.string() }))`
  insert into token_blacklist (jti, user_id, tenant_id, expires_at)
  values (${actor.tokenId}, app.user_id(), app.tenant_id(), to_timestamp(${actor.expiresAt}::double precision))
  on conflict do nothing returning jti`;

/** Revokes the token of this request, at once and everywhere. */
export async function logout(
  { database }: AuthDeps,
  { actor }: UserContext,
): Promise<RouteOutput<Contract["logout"]>> {
  await transact(database, actor, revoke(actor));
  return { message: "Logged out successfully" };
}

/** A new token for this one, which is revoked. Of several at once only one gets it. */
export async function refresh(
  { database, tokens }: AuthDeps,
  { actor }: UserContext,
): Promise<RouteOutput<Contract["refresh"]>> {
  const [[revoked], [found]] = await transact(
    database,
    actor,
    revoke(actor),
    rows(personRow.extend({ tokens_from: z.number() }))`
      select ${personColumns}, ${tokensFrom} from users where id = app.user_id()`,
  );
  if (found === undefined) return ownerless();
  if (revoked === undefined) return fail("TOKEN_REVOKED", "This token has been revoked. Log in again.");
  const { tokens_from, ...user } = found;
  return { user, token: await tokens.issue(user.id, tokens_from) };
}
