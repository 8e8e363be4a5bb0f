// A person's own account as a whole: what auth keeps of it, and its end. Leaving shuts every token at once; the erasing
// that follows is done by all Workers, each its own part, and begun again by the cron until nothing is left.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import { system, type UserContext } from "@callmeback/shared/rpc/context";
import { rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { AuthDeps } from "./env.ts";
import { countFailure, locked, lockedSeconds } from "./failed-logins.ts";
import { personColumns, personRow } from "./person.ts";

const nothing = z.object({});
const consentRow = z.object({
  kind: z.string(),
  version: z.string(),
  wording: z.string(),
  given_at: z.string(),
  given_from: z.string().nullable(),
});

export async function exportAccount(
  { database }: AuthDeps,
  { actor }: UserContext,
): Promise<RouteOutput<Contract["exportAccount"]>["account"]> {
  const [[user], consents] = await transact(
    database,
    actor,
    rows(personRow)`select ${personColumns} from users where id = app.user_id()`,
    rows(consentRow)`
      select kind, version, wording, given_at, host(given_from) as given_from from consents
      where user_id = app.user_id() order by given_at`,
  );
  return user === undefined
    ? fail("INVALID_TOKEN", "This token belongs to nobody. Log in again.")
    : { user, consents };
}

/** Two round trips: the password's hash is compared between them. Errors: `INVALID_CREDENTIALS`, `ACCOUNT_LOCKED`. */
export async function leave(
  { database, passwords }: AuthDeps,
  { actor }: UserContext,
  input: RouteInput<Contract["deleteAccount"]>["body"],
): Promise<void> {
  const [[kept]] = await transact(
    database,
    actor,
    rows(z.object({ password_hash: z.string(), locked_seconds: z.int() }))`
      select password_hash, ${lockedSeconds} from users where id = app.user_id()`,
  );
  const isRight = await passwords.matches(input.password, kept?.password_hash);
  if (kept !== undefined && kept.locked_seconds > 0) return locked(kept.locked_seconds);
  if (!isRight) {
    await transact(database, actor, countFailure(sql`id = app.user_id()`));
    return fail("INVALID_CREDENTIALS", "The password is wrong.");
  }
  await transact(
    database,
    actor,
    rows(nothing)`update users set leaving_at = coalesce(leaving_at, now()) where id = app.user_id()`,
  );
}

/** Those who left and of whom something is still here. */
export async function listLeaving({ database }: AuthDeps): Promise<string[]> {
  const [leaving] = await transact(
    database,
    system,
    rows(z.object({ id: z.string() }))`
      select id from users where leaving_at is not null and erased_at is null order by leaving_at limit 20`,
  );
  return leaving.map(({ id }) => id);
}

/** The last part: the other Workers have nothing of them any more. The row stays, as the owner of payments, and names nobody. */
export async function eraseAccount({ database }: AuthDeps, userId: string): Promise<void> {
  await transact(
    database,
    system,
    rows(nothing)`delete from phone_verifications where user_id = ${userId}`,
    rows(nothing)`delete from token_blacklist where user_id = ${userId}`,
    rows(nothing)`update consents set given_from = null where user_id = ${userId}`,
    rows(nothing)`
      update users set email = 'erased-' || id || '@erased.invalid', name = 'Erased', phone = null, password_hash = '',
        phone_verified_at = null, email_verified_at = null, erased_at = now(), updated_at = now()
      where id = ${userId} and leaving_at is not null and erased_at is null`,
  );
}
