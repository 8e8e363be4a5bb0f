// E-mail and password for a token. Wrong e-mail and wrong password cannot be told apart, by words or by time;
// ten failures in a row lock the account for half an hour, also for the right password.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import { system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { AuthDeps } from "./env.ts";
import { personRow } from "./person.ts";

const mostFailures = 10;
const lockMinutes = 30;

const accountRow = personRow.extend({
  password_hash: z.string(),
  suspended: z.boolean(),
  locked_seconds: z.int(),
  sessions_valid_from: z.number(),
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
      select id, email, name, phone, created_at, email_verified_at is not null as email_verified,
        phone_verified_at is not null as phone_verified, password_hash, suspended_at is not null as suspended,
        coalesce(greatest(0, ceil(extract(epoch from locked_until - now()))), 0)::int as locked_seconds,
        case when isfinite(sessions_valid_from) then extract(epoch from sessions_valid_from)::float8 else 0 end
          as sessions_valid_from
      from users where email = ${input.email}`,
  );
  const isRight = await passwords.matches(input.password, account?.password_hash);
  if (account !== undefined && account.locked_seconds > 0) return locked(account.locked_seconds);
  if (account === undefined || !isRight) {
    // Asked for an unknown address too: it must take as long.
    await transact(
      database,
      system,
      rows(z.object({}))`
        update users set
          failed_logins = case when failed_logins + 1 >= ${mostFailures}::int then 0 else failed_logins + 1 end,
          locked_until = case when failed_logins + 1 >= ${mostFailures}::int
            then now() + make_interval(mins => ${lockMinutes}::int) end
        where email = ${input.email} and (locked_until is null or locked_until <= now())`,
    );
    return fail("INVALID_CREDENTIALS", "E-mail or password is wrong.");
  }
  if (account.suspended) return fail("ACCOUNT_SUSPENDED", "This account is suspended. Write to support.");
  const [[reset]] = await transact(
    database,
    system,
    rows(z.object({ id: z.string() }))`
      update users set failed_logins = 0, locked_until = null
      where id = ${account.id} and (locked_until is null or locked_until <= now()) returning id`,
  );
  if (reset === undefined) return locked(lockMinutes * 60);
  const { password_hash: _, suspended: __, locked_seconds: ___, sessions_valid_from, ...user } = account;
  return { user, token: (await tokens.issue(user.id, sessions_valid_from)).token };
}

const locked = (seconds: number) =>
  fail("ACCOUNT_LOCKED", "Too many failed logins. Wait before you try again.", { retryAfter: seconds });
