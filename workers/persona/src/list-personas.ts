// Personas, listed and found. What is public and what is one's own are walked each along an index of its own in the
// asked order and merged, so that a page costs the same whatever the number of personas. Row security still decides.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import type { Context } from "@callmeback/shared/rpc/context";
import { type DatabaseRpc, type Fragment, rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { personaColumns, personaRow } from "./persona-row.ts";
import { searched } from "./search.ts";

type Query = RouteInput<Contract["listPersonas"]>["query"];

const orders: Readonly<Record<Query["sort"], Fragment>> = {
  name_asc: sql`lower(name), id`,
  name_desc: sql`lower(name) desc, id desc`,
  created_asc: sql`created_at, id`,
  created_desc: sql`created_at desc, id desc`,
};

const totalRow = z.object({ total: z.int() });

export async function listPersonas(
  database: DatabaseRpc,
  { actor }: Context,
  query: Query,
): Promise<RouteOutput<Contract["listPersonas"]>> {
  const { page, limit, sort } = query;
  const matching = conditions(query);
  const isFiltered = query.search !== undefined || query.tags !== undefined || query.created_by !== undefined;
  const total = isFiltered ? countMatching(matching) : countAll(query.is_public);
  const offset = (page - 1) * limit;
  // A page behind the end asks the database for nothing.
  const most = sql`case when ${offset}::bigint < (${total}) then ${offset + limit}::bigint else 0 end`;
  const order = orders[sort];
  const [personas, [count]] = await transact(
    database,
    actor,
    rows(personaRow)`
      select * from (
        (select ${personaColumns} from personas where is_public and ${matching} order by ${order} limit ${most})
        union all
        (select ${personaColumns} from personas where not is_public and user_id = app.user_id() and ${matching}
          order by ${order} limit ${most})
      ) found
      order by ${order} limit ${limit} offset ${offset}`,
    rows(totalRow)`select (${total})::int as total`,
  );
  const all = count?.total ?? 0;
  return { personas, pagination: { page, limit, total: all, pages: Math.ceil(all / limit) } };
}

/** What the query asks of a persona. */
function conditions({ search, tags, is_public, created_by }: Query): Fragment {
  let all = sql`true`;
  if (search !== undefined) all = sql`${all} and ${searched(search)}`;
  if (tags !== undefined) all = sql`${all} and tags @> ${tags}::text[]`;
  if (is_public !== undefined) all = sql`${all} and is_public = ${is_public}::boolean`;
  if (created_by === "system") all = sql`${all} and user_id is null`;
  else if (created_by !== undefined) all = sql`${all} and user_id = ${created_by}::uuid`;
  return all;
}

const countMatching = (matching: Fragment) =>
  sql`select count(*) from personas where (is_public or user_id = app.user_id()) and ${matching}`;

/** Kept by a trigger: counting a hundred thousand rows for each page would not stay cheap. */
const countAll = (isPublic: boolean | undefined) => sql`
  select coalesce(sum(total), 0) from persona_counts
  where (user_id is null and ${isPublic ?? true}::boolean) or (user_id = app.user_id() and not ${isPublic ?? false}::boolean)`;

/** Errors: `NOT_FOUND`, also for somebody else's private persona. */
export async function getPersona(
  database: DatabaseRpc,
  { actor }: Context,
  id: string,
): Promise<RouteOutput<Contract["getPersona"]>> {
  const [[persona]] = await transact(
    database,
    actor,
    rows(personaRow)`select ${personaColumns} from personas where id = ${id}`,
  );
  return persona === undefined ? fail("NOT_FOUND", "There is no such persona.") : { persona };
}
