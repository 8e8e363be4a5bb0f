// E-mail and password for a token. Wrong e-mail and wrong password cannot be told apart, by words or by time.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import { system } from "@callmeback/shared/rpc/context";
import { rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { AuthDeps } from "./env.ts";
import { countFailure, forgetFailures, locked, lockedSeconds, lockSeconds } from "./failed-logins.ts";
import { personColumns, personRow, tokensFrom } from "./person.ts";

const accountRow = personRow.extend({
  password_hash: z.string(),
  suspended: z.boolean(),
  locked_seconds: z.int(),
  tokens_from: z.number(),
});

/** Two round trips: the password's hash is compared between them, and must not hold a transaction open. */
export async function login(
  { database, tokens, passwords }: AuthDeps,
  input: RouteInput<Contract["login"]>["body"],
): Promise<RouteOutput<Contract["login"]>> {
  const [[account]] = await transact(
    database,
    system,
    rows(accountRow)`
      select ${personColumns}, password_hash, suspended_at is not null as suspended, ${lockedSeconds}, ${tokensFrom}
      from users where email = ${input.email}`,
  );
  const isRight = await passwords.matches(input.password, account?.password_hash);
  if (account !== undefined && account.locked_seconds > 0) return locked(account.locked_seconds);
  if (account === undefined || !isRight) {
    // Asked for an unknown address too: it must take as long.
    await transact(database, system, countFailure(sql`email = ${input.email}`));
    return fail("INVALID_CREDENTIALS", "E-mail or password is wrong.");
  }
  if (account.suspended) return fail("ACCOUNT_SUSPENDED", "This account is suspended. Write to support.");
  const [[reset]] = await transact(database, system, forgetFailures(account.id));
  if (reset === undefined) return locked(lockSeconds);
  const { password_hash: _, suspended: __, locked_seconds: ___, tokens_from, ...user } = account;
  return { user, token: await tokens.issue(user.id, tokens_from) };
}
