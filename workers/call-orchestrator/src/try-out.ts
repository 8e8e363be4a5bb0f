// A try-out is a wish without a hold: a real call for nothing, so that only one's own persona and only so many a day are granted.
// What failed by no fault of the callee's does not count.
import { fail } from "@callmeback/shared/contract/errors";
import { tryOutsADay } from "@callmeback/shared/domain/pricing";
import { sql } from "@callmeback/shared/rpc/database";
import * as z from "zod";

/** The last of so many try-outs within a day, of person `u`; no row while there were fewer. */
const lastOfTheDay = (column: ReturnType<typeof sql>) => sql`
  select ${column} from calls o
  where o.user_id = u.id and o.origin = 'try_out' and o.created_at > now() - interval '24 hours'
    and coalesce(o.fault, 'none') in ('none', 'callee')
  order by o.created_at desc offset ${tryOutsADay - 1}::int limit 1`;

/** True where person `u` may try persona `p` out now. */
export const mayTryOut = sql`p.user_id = u.id and not exists (${lastOfTheDay(sql`o.id`)})`;

export const tryOutFactsRow = { persona_is_own: z.boolean(), try_out_in_seconds: z.int().nullable() };

/** The columns of `tryOutFactsRow`. */
export const tryOutFacts = sql`coalesce(p.user_id = u.id, false) as persona_is_own,
  (${lastOfTheDay(sql`ceil(extract(epoch from o.created_at + interval '24 hours' - now()))::int`)}) as try_out_in_seconds`;

interface Facts {
  persona_name: string | null;
  persona_is_own: boolean;
  try_out_in_seconds: number | null;
}

/** Errors: `NOT_FOUND`, `FORBIDDEN`. */
export function refuseForeignTryOut({ persona_name, persona_is_own }: Facts): void {
  if (persona_name === null) fail("NOT_FOUND", "There is no such persona.");
  if (!persona_is_own)
    fail("FORBIDDEN", "Only a persona of your own can be tried out. Call this one instead.");
}

/** Errors: `MAX_TRY_OUTS`. */
export function refuseTooMany({ try_out_in_seconds: seconds }: Facts): void {
  if (seconds === null) return;
  const wait = seconds > 5_400 ? `${Math.ceil(seconds / 3_600)} hours` : `${Math.ceil(seconds / 60)} minutes`;
  fail(
    "MAX_TRY_OUTS",
    `You have had ${tryOutsADay} free try-outs within 24 hours, the most there are. The next one is yours in ${wait}.`,
    { retryAfter: Math.max(1, seconds) },
  );
}
