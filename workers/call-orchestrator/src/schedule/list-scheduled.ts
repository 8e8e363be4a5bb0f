// What is ahead, and what was.
import type { Contract } from "@callmeback/shared/contract";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { rows, sql, transact } from "@callmeback/shared/rpc/database";
import type { CallDeps } from "../env.ts";
import { presentScheduled, scheduledColumns, scheduledRow } from "./scheduled-row.ts";

export async function listScheduled(
  { database }: CallDeps,
  { actor }: UserContext,
  { status, sort }: RouteInput<Contract["listScheduledCalls"]>["query"],
): Promise<RouteOutput<Contract["listScheduledCalls"]>> {
  const order = sort === "time_desc" ? sql`s.scheduled_time desc, s.id desc` : sql`s.scheduled_time, s.id`;
  const [found] = await transact(
    database,
    actor,
    rows(scheduledRow)`
      select ${scheduledColumns} from scheduled_calls s
      where s.user_id = app.user_id() and (${status ?? null}::text is null or s.status = ${status ?? null})
      order by ${order} limit 500`,
  );
  return { scheduled_calls: found.map(presentScheduled) };
}
