// People as an operator sees them. Suspending shuts every token at once: the database refuses them.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import { audit } from "@callmeback/shared/rpc/audit";
import type { AdminContext } from "@callmeback/shared/rpc/context";
import { rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { AuthDeps } from "./env.ts";

const userRow = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  phone: z.string(),
  plan: z.enum(["free", "premium"]),
  phone_verified: z.boolean(),
  created_at: z.string(),
  suspended_at: z.string().nullable(),
});
const columns = sql`id, email, name, phone, plan, phone_verified_at is not null as phone_verified, created_at, suspended_at`;
const totalRow = z.object({ total: z.int() });

export async function adminListUsers(
  { database }: AuthDeps,
  { actor }: AdminContext,
  { page, limit, search }: RouteInput<Contract["adminListUsers"]>["query"],
): Promise<RouteOutput<Contract["adminListUsers"]>> {
  const pattern = search === undefined ? null : `%${search.replace(/[\\%_]/g, "\\$&")}%`;
  const matching = sql`erased_at is null and (${pattern}::text is null or name ilike ${pattern} or email ilike ${pattern} or phone like ${pattern})`;
  const [users, [count]] = await transact(
    database,
    actor,
    rows(userRow)`
      select ${columns} from users where ${matching}
      order by created_at desc, id desc limit ${limit} offset ${(page - 1) * limit}`,
    rows(totalRow)`select count(*)::int as total from users where ${matching}`,
  );
  const total = count?.total ?? 0;
  return { users, pagination: { page, limit, total, pages: Math.ceil(total / limit) } };
}

const unknown = () => fail("NOT_FOUND", "There is no such person.");

/** Errors: `NOT_FOUND`. */
export async function adminGetUser(
  { database }: AuthDeps,
  { actor }: AdminContext,
  id: string,
): Promise<RouteOutput<Contract["adminGetUser"]>> {
  const [[user]] = await transact(
    database,
    actor,
    rows(userRow)`select ${columns} from users where id = ${id} and erased_at is null`,
  );
  return user === undefined ? unknown() : { user };
}

/** Suspends or restores; doing it twice changes nothing. Errors: `NOT_FOUND`. */
export async function adminSetSuspended(
  { database }: AuthDeps,
  context: AdminContext,
  id: string,
  isSuspended: boolean,
  reason: string,
): Promise<RouteOutput<Contract["adminSuspendUser"]>> {
  const [[user]] = await transact(
    database,
    context.actor,
    rows(userRow)`
      update users set suspended_at = case when ${isSuspended}::boolean then coalesce(suspended_at, now()) end,
        updated_at = now()
      where id = ${id} and erased_at is null returning ${columns}`,
    audit(
      context,
      isSuspended ? "user.suspend" : "user.restore",
      id,
      sql`exists (select from users where id = ${id} and erased_at is null)`,
      { reason },
    ),
  );
  return user === undefined ? unknown() : { user };
}

const auditRow = z.object({
  id: z.string(),
  admin_email: z.string(),
  act: z.string(),
  target: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  request_id: z.string(),
  at: z.string(),
});

export async function adminAudit(
  { database }: AuthDeps,
  { actor }: AdminContext,
  { page, limit }: RouteInput<Contract["adminAudit"]>["query"],
): Promise<RouteOutput<Contract["adminAudit"]>> {
  const [entries, [count]] = await transact(
    database,
    actor,
    rows(auditRow)`
      select l.id, a.email as admin_email, l.act, l.target, l.details, l.request_id, l.at
      from admin_audit l join admin_users a on a.id = l.admin_id
      order by l.at desc, l.id desc limit ${limit} offset ${(page - 1) * limit}`,
    rows(totalRow)`select count(*)::int as total from admin_audit`,
  );
  const total = count?.total ?? 0;
  return { entries, pagination: { page, limit, total, pages: Math.ceil(total / limit) } };
}
