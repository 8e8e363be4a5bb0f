// An e-mail address and a phone number belong to one person each; the database's constraints decide.
import { fail } from "@callmeback/shared/contract/errors";
import { brokenConstraint } from "@callmeback/shared/rpc/database";

/** Says which of them is taken, or passes on what else went wrong. Errors: `EMAIL_EXISTS`, `PHONE_EXISTS`. */
export function refuseTaken(error: unknown): never {
  const constraint = brokenConstraint(error);
  if (constraint === "users_email_key")
    return fail("EMAIL_EXISTS", "This e-mail address is registered already. Log in.");
  if (constraint === "users_phone_key")
    return fail("PHONE_EXISTS", "This phone number is registered already.");
  throw error;
}
