// What a token's owner can ask about the token: who am I, and forget it.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { AuthDeps } from "./env.ts";
import { personRow } from "./person.ts";

export async function me(
  { database }: AuthDeps,
  { actor }: UserContext,
): Promise<RouteOutput<Contract["me"]>> {
  const [[user]] = await transact(
    database,
    actor,
    rows(personRow)`
      select id, email, name, phone, created_at, email_verified_at is not null as email_verified,
        phone_verified_at is not null as phone_verified
      from users where id = app.user_id()`,
  );
  return user === undefined ? fail("INVALID_TOKEN", "This token belongs to nobody. Log in again.") : { user };
}

/** Revokes the token of this request, at once and everywhere. */
export async function logout(
  { database }: AuthDeps,
  { actor }: UserContext,
): Promise<RouteOutput<Contract["logout"]>> {
  await transact(
    database,
    actor,
    rows(z.object({}))`
      insert into token_blacklist (jti, user_id, tenant_id, expires_at)
      values (${actor.tokenId}, app.user_id(), app.tenant_id(), to_timestamp(${actor.expiresAt}::double precision))
      on conflict do nothing`,
  );
  return { message: "Logged out successfully" };
}
