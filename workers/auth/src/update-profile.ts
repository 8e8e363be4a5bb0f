// Name, e-mail, phone, time zone. A changed e-mail or phone is no longer verified, and its pending code is worth nothing.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { AuthDeps } from "./env.ts";
import { personColumns, personRow } from "./person.ts";
import { refuseTaken } from "./taken.ts";

/** Errors: `EMAIL_EXISTS`, `PHONE_EXISTS`. */
export async function updateProfile(
  { database }: AuthDeps,
  { actor }: UserContext,
  input: RouteInput<Contract["updateProfile"]>["body"],
): Promise<RouteOutput<Contract["updateProfile"]>> {
  const [name, email, phone] = [input.name ?? null, input.email ?? null, input.phone ?? null];
  const [, [user]] = await transact(
    database,
    actor,
    rows(z.object({}))`
      update phone_verifications set state = 'superseded'
      where user_id = app.user_id() and state in ('pending', 'exhausted') and phone <> ${phone}::text`,
    rows(personRow.extend({ updated_at: z.string() }))`
      update users set name = coalesce(${name}, name), email = coalesce(${email}, email), phone = coalesce(${phone}, phone),
        time_zone = coalesce(${input.time_zone ?? null}, time_zone), updated_at = now(),
        email_verified_at = case when coalesce(${email}, email) = email then email_verified_at end,
        phone_verified_at = case when coalesce(${phone}, phone) = phone then phone_verified_at end
      where id = app.user_id()
      returning ${personColumns}, updated_at`,
  ).catch(refuseTaken);
  return user === undefined ? fail("INVALID_TOKEN", "This token belongs to nobody. Log in again.") : { user };
}
