// Ten wrong passwords in a row lock an account for half an hour, wherever the password was asked for.
import { fail } from "@callmeback/shared/contract/errors";
import { type Fragment, rows, sql } from "@callmeback/shared/rpc/database";
import * as z from "zod";

const mostFailures = 10;
export const lockSeconds = 30 * 60;
const nothing = z.object({});

/** `locked_seconds` of a row of `users` or `admin_users`: how long the lock still holds, 0 without one. */
export const lockedSeconds = sql`coalesce(greatest(0, ceil(extract(epoch from locked_until - now()))), 0)::int
  as locked_seconds`;

/** The columns that one more failure changes. */
const failure = sql`
  failed_logins = case when failed_logins + 1 >= ${mostFailures}::int then 0 else failed_logins + 1 end,
  locked_until = case when failed_logins + 1 >= ${mostFailures}::int
    then now() + make_interval(secs => ${lockSeconds}::int) end`;

const isOpen = sql`(locked_until is null or locked_until <= now())`;

/** Counts a wrong password against the person whom `condition` finds, if there is one. */
export const countFailure = (condition: Fragment) =>
  rows(nothing)`update users set ${failure} where ${condition} and ${isOpen}`;

/** Forgets the failures after the right password; no row when a lock came meanwhile. */
export const forgetFailures = (userId: string) =>
  rows(z.object({ id: z.string() }))`
    update users set failed_logins = 0, locked_until = null where id = ${userId} and ${isOpen} returning id`;

/** The same for operators. */
export const countAdminFailure = (email: string) =>
  rows(nothing)`update admin_users set ${failure} where email = ${email} and ${isOpen}`;

export const forgetAdminFailures = (adminId: string) =>
  rows(z.object({ id: z.string() }))`
    update admin_users set failed_logins = 0, locked_until = null where id = ${adminId} and ${isOpen} returning id`;

export const locked = (seconds: number) =>
  fail("ACCOUNT_LOCKED", "Too many failed logins. Wait before you try again.", { retryAfter: seconds });
