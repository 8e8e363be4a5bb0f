// A person as the API shows them.
import { sql } from "@callmeback/shared/rpc/database";
import * as z from "zod";

export const personRow = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  phone: z.string(),
  created_at: z.string(),
  email_verified: z.boolean(),
  phone_verified: z.boolean(),
  plan: z.enum(["free", "premium"]),
  time_zone: z.string(),
});

/** The columns of `personRow`, from `users`. */
export const personColumns = sql`id, email, name, phone, created_at, email_verified_at is not null as email_verified,
  phone_verified_at is not null as phone_verified, plan, time_zone`;

/** The moment from which a person's tokens count, in epoch seconds. */
export const tokensFrom = sql`case when isfinite(sessions_valid_from)
  then extract(epoch from sessions_valid_from)::float8 else 0 end as tokens_from`;
