// Personas, listed and found. What is public and what is one's own are walked each along an index of its own in the
// asked order and merged, so that a page costs the same whatever the number of personas. Row security still decides.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import type { Context } from "@callmeback/shared/rpc/context";
import { type DatabaseRpc, type Fragment, rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { personaColumns, personaRow } from "./persona-row.ts";
import { contains, found } from "./search.ts";

type Query = RouteInput<Contract["listPersonas"]>["query"];

const orders: Readonly<Record<Query["sort"], Fragment>> = {
  name_asc: sql`lower(name), id`,
  name_desc: sql`lower(name) desc, id desc`,
  created_asc: sql`created_at, id`,
  created_desc: sql`created_at desc, id desc`,
};
/** The same orders of `public_personas`. */
const foundOrders: Readonly<Record<Query["sort"], Fragment>> = {
  name_asc: sql`lower_name, persona_id`,
  name_desc: sql`lower_name desc, persona_id desc`,
  created_asc: sql`created_at, persona_id`,
  created_desc: sql`created_at desc, persona_id desc`,
};

/** The count stands in every row, and alone in one when the page is empty. */
const listedRow = z.union([
  personaRow.extend({ total: z.int() }),
  z.object({ total: z.int(), id: z.null() }),
]);

export async function listPersonas(
  database: DatabaseRpc,
  { actor }: Context,
  query: Query,
): Promise<RouteOutput<Contract["listPersonas"]>> {
  const { page, limit, sort, search, tags, created_by } = query;
  const isFiltered = search !== undefined || tags !== undefined || created_by !== undefined;
  const offset = (page - 1) * limit;
  // A page behind the end asks the database for nothing.
  const most = sql`case when ${offset}::bigint < (select total from counted) then ${offset + limit}::bigint else 0 end`;
  const order = orders[sort];
  const shown = isFiltered
    ? sql`id in (select persona_id from found order by ${foundOrders[sort]} limit ${most})`
    : sql`is_public and ${query.is_public !== false}::boolean`;
  const [listed] = await transact(
    database,
    actor,
    rows(listedRow)`
      with ${isFiltered ? findAndCount(query) : sql`counted as materialized (${countAll(query.is_public)})`}
      select counted.total, listed.* from counted left join (
        select * from (
          (select ${personaColumns} from personas where ${shown} order by ${order} limit ${most})
          union all
          (select ${personaColumns} from personas where not is_public and user_id = app.user_id() and ${ownConditions(query)}
            order by ${order} limit ${most})
        ) both_kinds
        order by ${order} limit ${limit} offset ${offset}
      ) listed on true
      order by ${order}`,
  );
  const total = listed[0]?.total ?? 0;
  const personas = listed.flatMap(({ total: _, ...row }) => (row.id === null ? [] : [row]));
  return { personas, pagination: { page, limit, total, pages: Math.ceil(total / limit) } };
}

/** What the public personas are that fit, found once, and how many fit with one's own. */
const findAndCount = (query: Query) => sql`
  found as materialized (
    select persona_id, created_at, lower_name from public_personas where ${publicConditions(query)}),
  counted as materialized (
    select ((select count(*) from found)
      + (select count(*) from personas where not is_public and user_id = app.user_id() and ${ownConditions(query)}))::int as total)`;

/** What the query asks of a row of `public_personas`. */
function publicConditions({ search, tags, is_public, created_by }: Query): Fragment {
  let all = sql`${is_public !== false}::boolean`;
  if (search !== undefined) all = sql`${all} and ${found(search)}`;
  if (tags !== undefined) all = sql`${all} and tags @> ${tags}::text[]`;
  if (created_by === "system") all = sql`${all} and user_id is null`;
  else if (created_by !== undefined) all = sql`${all} and user_id = ${created_by}::uuid`;
  return all;
}

/** What it asks of one's own private personas, which are few. */
function ownConditions({ search, tags, is_public, created_by }: Query): Fragment {
  let all = sql`${is_public !== true}::boolean`;
  if (search !== undefined) all = sql`${all} and ${contains(search)}`;
  if (tags !== undefined) all = sql`${all} and tags @> ${tags}::text[]`;
  if (created_by !== undefined) all = sql`${all} and user_id::text = ${created_by}`;
  return all;
}

/** Kept by a trigger: counting a hundred thousand rows for each page would not stay cheap. */
const countAll = (isPublic: boolean | undefined) => sql`
  select coalesce(sum(total), 0)::int as total from persona_counts
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
