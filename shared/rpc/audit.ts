// What an operator did is written down in the same transaction as the doing: neither stands without the other.
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import type { AdminContext } from "./context.ts";
import { type Fragment, type Query, rows, sql } from "./database.ts";

const nothing = z.object({});

/**
 * The statement that notes one act.
 * @param act noun and verb, such as `user.suspend`
 * @param target what it was done to: an id
 * @param onlyIf a condition in SQL: whether there is something to do, or something was done
 * @param details facts that are good to know later; no secrets
 */
export function audit(
  { requestId }: AdminContext,
  act: string,
  target: string,
  onlyIf: Fragment = sql`true`,
  details: Record<string, string | number | boolean | null> = {},
): Query<z.output<typeof nothing>> {
  return rows(nothing)`
    insert into admin_audit (id, admin_id, act, target, details, request_id)
    select ${uuidv7()}::uuid, app.admin_id(), ${act}, ${target}, ${JSON.stringify(details)}::jsonb, ${requestId}
    where ${onlyIf}`;
}
