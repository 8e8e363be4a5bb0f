// What is left of a call once the person called has left: a row for the books. No word of it may be kept any more, also when it
// comes late.
import { sql } from "@callmeback/shared/rpc/database";

/** Of `calls`. Who is called by us has a number until account.ts takes it away; an agent need not tell one. */
export const isErased = sql`(origin <> 'logged' and phone_number is null)`;
