// Numbers whose people asked not to be called any more: spoken in a call, typed, or by SMS. The wish holds at once and for
// everybody; only the same number takes it back, by START. Words: CTIA's list and Twilio's own opt-out words.
import { system } from "@callmeback/shared/rpc/context";
import { type Fragment, type Query, rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "./env.ts";

const nothing = z.object({});
const stop = /^\s*(stop|stopall|unsubscribe|cancel|end|quit|revoke|optout|opt out)\b[\s.!]*$/i;
const start = /^\s*(start|yes|unstop)\b[\s.!]*$/i;

/** Suppresses the number that `phone` selects, for good. @param phone a query of one text */
export function suppress(
  phone: Fragment,
  source: "spoken" | "digit" | "sms",
  evidence: string,
): Query<object> {
  return rows(nothing)`
    insert into suppressions (phone_number, source, evidence)
    select wish.phone, ${source}, ${evidence.slice(0, 500)} from (${phone}) wish (phone)
    on conflict (phone_number) do update
      set source = excluded.source, evidence = excluded.evidence, created_at = now(), lifted_at = null
      where suppressions.lifted_at is not null`;
}

/** STOP suppresses the sender, START takes their own wish back; anything else is not for us. */
export async function receiveMessage({ database }: CallDeps, from: string, body: string): Promise<void> {
  // Twilio gives numbers as E.164; a short code or a sender's name is nobody that we call.
  const phone = from.trim();
  if (!/^\+[1-9]\d{7,14}$/.test(phone)) return;
  if (stop.test(body)) await transact(database, system, suppress(sql`select ${phone}::text`, "sms", body));
  else if (start.test(body)) {
    await transact(
      database,
      system,
      rows(nothing)`
        update suppressions set lifted_at = now()
        where phone_number = ${phone} and source <> 'admin' and lifted_at is null`,
    );
  }
}
