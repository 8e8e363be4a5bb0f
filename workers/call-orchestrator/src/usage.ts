// What a person has used: counted by the month on their own wall, in one round trip.
import type { Contract } from "@callmeback/shared/contract";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import { dollars } from "@callmeback/shared/domain/pricing";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "./env.ts";

const usedRow = z.object({ calls: z.int(), seconds: z.int(), cents: z.int() });
type Used = z.infer<typeof usedRow>;

const sums = sql`count(c.id)::int as calls, coalesce(sum(c.duration_seconds), 0)::int as seconds,
  coalesce(sum(c.cost_cents), 0)::int as cents`;

const shown = ({ calls, seconds, cents }: Used) => ({
  calls,
  minutes: Math.round(seconds / 60),
  spent: dollars(cents),
});

/** @param months how many of them, this one included */
export async function readUsage(
  { database }: CallDeps,
  { actor }: UserContext,
  months: number,
): Promise<RouteOutput<Contract["usage"]>> {
  const [[total], monthly] = await transact(
    database,
    actor,
    rows(
      usedRow,
    )`select ${sums} from calls c where c.user_id = app.user_id() and c.status = 'completed' and c.origin = 'dialled'`,
    rows(usedRow.extend({ month: z.string() }))`
      with here as (select time_zone, date_trunc('month', now() at time zone time_zone) as this_month
        from users where id = app.user_id()),
      months as (select time_zone, this_month - make_interval(months => n) as first
        from here, generate_series(0, ${months - 1}::int) n)
      select to_char(m.first, 'Mon YYYY') as month, ${sums}
      from months m left join calls c on c.user_id = app.user_id() and c.status = 'completed' and c.origin = 'dialled'
        and c.created_at >= m.first at time zone m.time_zone
        and c.created_at < (m.first + interval '1 month') at time zone m.time_zone
      group by m.first order by m.first desc`,
  );
  const all = shown(total ?? { calls: 0, seconds: 0, cents: 0 });
  const breakdown = monthly.map(({ month, ...used }) => ({ month, ...shown(used) }));
  const { month: _, ...current } = breakdown[0] ?? { month: "", calls: 0, minutes: 0, spent: 0 };
  return {
    total_calls: all.calls,
    total_minutes: all.minutes,
    total_spent: all.spent,
    current_month: current,
    monthly_breakdown: breakdown,
  };
}
