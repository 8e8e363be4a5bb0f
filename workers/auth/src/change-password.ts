// A new password for the old one. All other sessions end; the one that asked goes on.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { AuthDeps } from "./env.ts";
import { countFailure, locked, lockedSeconds } from "./failed-logins.ts";

const keptRow = z.object({ password_hash: z.string(), locked_seconds: z.int() });

const wrong = () => fail("INVALID_CREDENTIALS", "The current password is wrong.");

/** Two round trips: hashes are made between them, and must not hold a transaction open. */
export async function changePassword(
  { database, passwords }: AuthDeps,
  { actor }: UserContext,
  input: RouteInput<Contract["changePassword"]>["body"],
): Promise<RouteOutput<Contract["changePassword"]>> {
  const [[kept]] = await transact(
    database,
    actor,
    rows(keptRow)`select password_hash, ${lockedSeconds} from users where id = app.user_id()`,
  );
  if (kept === undefined) return wrong();
  const isRight = await passwords.matches(input.current_password, kept.password_hash);
  if (kept.locked_seconds > 0) return locked(kept.locked_seconds);
  if (!isRight) {
    await transact(database, actor, countFailure(sql`id = app.user_id()`));
    return wrong();
  }
  const passwordHash = await passwords.hash(input.new_password);
  const [[changed]] = await transact(
    database,
    actor,
    // Tokens are dated in whole seconds: those of this very second are among the revoked.
    rows(z.object({ id: z.string() }))`
      update users set password_hash = ${passwordHash}, failed_logins = 0, locked_until = null, updated_at = now(),
        sessions_valid_from = date_trunc('second', now()) + interval '1 second', kept_session = ${actor.tokenId}::uuid
      where id = app.user_id() and password_hash = ${kept.password_hash}
      returning id`,
  );
  // Somebody else changed it while we hashed: what was typed is no longer the current one.
  return changed === undefined ? wrong() : { message: "Password changed. All other sessions have ended." };
}
