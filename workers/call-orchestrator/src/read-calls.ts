// The list of a person's calls. One round trip; transcripts are opened here.
import type { Contract } from "@callmeback/shared/contract";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { type Fragment, rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { openTurns, ownColumns, ownRow, transcriptOf, turnColumns, turnRow } from "./call-words.ts";
import type { CallDeps } from "./env.ts";
import { presentCall } from "./present-call.ts";

const orders: Readonly<Record<string, Fragment>> = {
  date_desc: sql`c.created_at desc, c.id desc`,
  date_asc: sql`c.created_at, c.id`,
  cost_desc: sql`c.cost_cents desc nulls last, c.id desc`,
  cost_asc: sql`c.cost_cents nulls last, c.id`,
};

export async function listCalls(
  { database, cipher }: CallDeps,
  { actor }: UserContext,
  query: RouteInput<Contract["listCalls"]>["query"],
): Promise<RouteOutput<Contract["listCalls"]>> {
  const matching = sql`c.user_id = app.user_id()
    and (${query.status ?? null}::text is null or c.status = ${query.status ?? null})
    and (${query.from_date ?? null}::timestamptz is null or c.created_at >= ${query.from_date ?? null}::timestamptz)
    and (${query.to_date ?? null}::timestamptz is null or c.created_at <= ${query.to_date ?? null}::timestamptz)`;
  const page = sql`select ${ownColumns} from calls c where ${matching}
    order by ${orders[query.sort] ?? sql`c.created_at desc, c.id desc`}
    limit ${query.limit} offset ${(query.page - 1) * query.limit}`;
  const [calls, turns, [count]] = await transact(
    database,
    actor,
    rows(ownRow)`${page}`,
    rows(
      turnRow,
    )`select ${turnColumns} from call_turns t where t.call_id in (select id from (${page}) p) order by t.call_id, t.seq`,
    rows(z.object({ total: z.int() }))`select count(*) as total from calls c where ${matching}`,
  );
  const opened = await openTurns(cipher, turns);
  const shown = calls.map(async (call) => presentCall(call, await transcriptOf(cipher, call, opened)));
  const total = count?.total ?? 0;
  return {
    calls: await Promise.all(shown),
    pagination: { page: query.page, limit: query.limit, total, pages: Math.ceil(total / query.limit) },
  };
}
