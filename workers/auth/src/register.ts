// A new person, with a tenant of their own from the first moment, and the terms they accepted.
import type { Contract } from "@callmeback/shared/contract";
import { termsVersion } from "@callmeback/shared/contract/auth";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import { system } from "@callmeback/shared/rpc/context";
import { brokenConstraint, rows, transact } from "@callmeback/shared/rpc/database";
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import type { AuthDeps } from "./env.ts";
import { personRow } from "./person.ts";

/** Errors: `EMAIL_EXISTS`, `PHONE_EXISTS`. */
export async function register(
  { database, tokens, passwords }: AuthDeps,
  input: RouteInput<Contract["register"]>["body"],
  clientAddress: string | null,
): Promise<RouteOutput<Contract["register"]>> {
  const passwordHash = await passwords.hash(input.password);
  const tenantId = uuidv7();
  try {
    const [, [user]] = await transact(
      database,
      system,
      rows(
        z.object({}),
      )`insert into tenants (id, kind, name) values (${tenantId}, 'personal', ${input.name})`,
      rows(personRow)`
        insert into users (id, tenant_id, email, name, phone, password_hash, terms_version, terms_accepted_at, terms_accepted_from)
        values (${uuidv7()}, ${tenantId}, ${input.email}, ${input.name}, ${input.phone}, ${passwordHash}, ${termsVersion},
          now(), ${clientAddress}::inet)
        returning id, email, name, phone, created_at, false as email_verified, false as phone_verified`,
    );
    if (user === undefined) throw new Error("The insert of a person returned no row.");
    return { user, token: (await tokens.issue(user.id)).token };
  } catch (error) {
    const constraint = brokenConstraint(error);
    if (constraint === "users_email_key")
      return fail("EMAIL_EXISTS", "This e-mail address is registered already. Log in.");
    if (constraint === "users_phone_key")
      return fail("PHONE_EXISTS", "This phone number is registered already.");
    throw error;
  }
}
