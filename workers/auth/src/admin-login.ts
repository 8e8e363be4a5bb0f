// Operators get in and out. Their tokens are for another audience and live half a day. The first of them comes from
// configuration, as long as there is none.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import { audit } from "@callmeback/shared/rpc/audit";
import { type AdminContext, system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import type { AuthDeps } from "./env.ts";
import {
  countAdminFailure,
  forgetAdminFailures,
  locked,
  lockedSeconds,
  lockSeconds,
} from "./failed-logins.ts";

const adminRow = z.object({ id: z.string(), email: z.string(), name: z.string() });
const accountRow = adminRow.extend({
  password_hash: z.string(),
  disabled: z.boolean(),
  locked_seconds: z.int(),
});
const nothing = z.object({});

/** Two round trips, as a person's login: the password's hash is compared between them. */
export async function adminLogin(
  deps: AuthDeps,
  input: RouteInput<Contract["adminLogin"]>["body"],
): Promise<RouteOutput<Contract["adminLogin"]>> {
  const { database, adminTokens, passwords } = deps;
  const [[found], [first]] = await transact(
    database,
    system,
    rows(accountRow)`
      select id, email, name, password_hash, disabled_at is not null as disabled, ${lockedSeconds}
      from admin_users where email = ${input.email}`,
    rows(z.object({ is_first: z.boolean() }))`select not exists (select from admin_users) as is_first`,
  );
  const account = found ?? (first?.is_first ? await addFirst(deps, input) : undefined);
  const isRight = await passwords.matches(input.password, account?.password_hash);
  if (account !== undefined && account.locked_seconds > 0) return locked(account.locked_seconds);
  if (account === undefined || !isRight || account.disabled) {
    await transact(database, system, countAdminFailure(input.email));
    return fail("INVALID_CREDENTIALS", "E-mail or password is wrong.");
  }
  const [[reset]] = await transact(database, system, forgetAdminFailures(account.id));
  if (reset === undefined) return locked(lockSeconds);
  const { id, email, name } = account;
  return { admin: { id, email, name }, token: await adminTokens.issue(id) };
}

/** The configured operator becomes the first one, when it is they who ask; two at once are one. */
async function addFirst(
  { database, passwords, firstAdmin }: AuthDeps,
  input: { email: string; password: string },
) {
  if (firstAdmin === null || firstAdmin.email !== input.email || firstAdmin.password !== input.password)
    return undefined;
  const [, [account]] = await transact(
    database,
    system,
    rows(nothing)`
      insert into admin_users (id, email, name, password_hash)
      values (${uuidv7()}, ${input.email}, 'Operator', ${await passwords.hash(input.password)}) on conflict do nothing`,
    rows(accountRow)`
      select id, email, name, password_hash, false as disabled, 0 as locked_seconds
      from admin_users where email = ${input.email}`,
  );
  return account;
}

export async function adminLogout(
  { database }: AuthDeps,
  context: AdminContext,
): Promise<RouteOutput<Contract["adminLogout"]>> {
  const { tokenId, expiresAt } = context.actor;
  await transact(
    database,
    context.actor,
    rows(nothing)`
      insert into admin_token_blacklist (jti, admin_id, expires_at)
      values (${tokenId}, app.admin_id(), to_timestamp(${expiresAt}::double precision)) on conflict do nothing`,
    audit(context, "admin.logout", context.actor.adminId),
  );
  return { message: "Logged out successfully" };
}
