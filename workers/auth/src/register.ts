// A new person, with a tenant of their own from the first moment, and what they agreed to in its words.
import type { Contract } from "@callmeback/shared/contract";
import { terms } from "@callmeback/shared/contract/auth";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import { system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import type { AuthDeps } from "./env.ts";
import { personColumns, personRow } from "./person.ts";
import { refuseTaken } from "./taken.ts";

const nothing = z.object({});

/** Errors: `EMAIL_EXISTS`, `PHONE_EXISTS`. */
export async function register(
  { database, tokens, passwords }: AuthDeps,
  { name, email, phone, password }: RouteInput<Contract["register"]>["body"],
  clientAddress: string | null,
): Promise<RouteOutput<Contract["register"]>> {
  const passwordHash = await passwords.hash(password);
  const [tenantId, userId] = [uuidv7(), uuidv7()];
  const [, [user]] = await transact(
    database,
    system,
    rows(nothing)`insert into tenants (id, kind, name) values (${tenantId}, 'personal', ${name})`,
    rows(personRow)`
      insert into users (id, tenant_id, email, name, phone, password_hash)
      values (${userId}, ${tenantId}, ${email}, ${name}, ${phone}, ${passwordHash})
      returning ${personColumns}`,
    rows(nothing)`
      insert into consents (id, tenant_id, user_id, kind, version, wording, given_from)
      values (${uuidv7()}, ${tenantId}, ${userId}, 'terms', ${terms.version}, ${terms.wording}, ${clientAddress}::inet)`,
  ).catch(refuseTaken);
  if (user === undefined) throw new Error("The insert of a person returned no row.");
  return { user, token: await tokens.issue(user.id) };
}
