// Personas as the API shows them: listed, read, created. One round trip each; row security decides who sees what.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import { isPremiumVoice } from "@callmeback/shared/domain/voices";
import type { Context, UserContext } from "@callmeback/shared/rpc/context";
import {
  brokenConstraint,
  type DatabaseRpc,
  type Fragment,
  rows,
  sql,
  transact,
} from "@callmeback/shared/rpc/database";
import { uuidv7 } from "uuidv7";
import * as z from "zod";

const personaRow = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  voice: z.string(),
  system_prompt: z.string(),
  is_public: z.boolean(),
  created_by: z.string(),
  tags: z.array(z.string()),
  version: z.int(),
  use_count: z.int(),
  created_at: z.string(),
});

const columns = sql`id, name, description, voice, system_prompt, is_public,
  coalesce(user_id::text, 'system') as created_by, tags, version, use_count, created_at`;

const orders: Readonly<Record<string, Fragment>> = {
  name_asc: sql`lower(name), id`,
  name_desc: sql`lower(name) desc, id desc`,
  created_asc: sql`created_at, id`,
  created_desc: sql`created_at desc, id desc`,
};

export async function listPersonas(
  database: DatabaseRpc,
  { actor }: Context,
  query: RouteInput<Contract["listPersonas"]>["query"],
): Promise<RouteOutput<Contract["listPersonas"]>> {
  const pattern = query.search === undefined ? null : `%${query.search.replace(/[\\%_]/g, "\\$&")}%`;
  const isPublic = query.is_public ?? null;
  const createdBy = query.created_by ?? null;
  const matching = sql`
    (${pattern}::text is null or name ilike ${pattern} or description ilike ${pattern}
      or array_to_string(tags, ' ') ilike ${pattern})
    and (${query.tags ?? null}::text[] is null or tags @> ${query.tags ?? null}::text[])
    and (${isPublic}::boolean is null or is_public = ${isPublic}::boolean)
    and (${createdBy}::text is null or coalesce(user_id::text, 'system') = ${createdBy})`;
  const [personas, [count]] = await transact(
    database,
    actor,
    rows(personaRow)`
      select ${columns} from personas where ${matching}
      order by ${orders[query.sort] ?? sql`created_at desc, id desc`}
      limit ${query.limit} offset ${(query.page - 1) * query.limit}`,
    rows(z.object({ total: z.int() }))`select count(*) as total from personas where ${matching}`,
  );
  const total = count?.total ?? 0;
  return {
    personas,
    pagination: { page: query.page, limit: query.limit, total, pages: Math.ceil(total / query.limit) },
  };
}

/** Errors: `NOT_FOUND`, also for somebody else's private persona. */
export async function getPersona(
  database: DatabaseRpc,
  { actor }: Context,
  id: string,
): Promise<RouteOutput<Contract["getPersona"]>> {
  const [[persona]] = await transact(
    database,
    actor,
    rows(personaRow)`select ${columns} from personas where id = ${id}`,
  );
  return persona === undefined ? fail("NOT_FOUND", "There is no such persona.") : { persona };
}

const mostPersonas = { free: 10, premium: 50 };

const ownerRow = z.object({ plan: z.enum(["free", "premium"]), personas: z.int() });

/**
 * Errors: `DUPLICATE_NAME`, `PAYMENT_REQUIRED` for a premium voice on the free plan, `MAX_PERSONAS`.
 * The insert counts under a lock of the person's own, so that two at once cannot pass the limit.
 */
export async function createPersona(
  database: DatabaseRpc,
  { actor }: UserContext,
  input: RouteInput<Contract["createPersona"]>["body"],
): Promise<RouteOutput<Contract["createPersona"]>> {
  const isPremium = isPremiumVoice(input.voice);
  try {
    const [, [persona], [owner]] = await transact(
      database,
      actor,
      rows(
        z.object({}),
      )`select pg_advisory_xact_lock(hashtextextended('personas:' || app.user_id()::text, 0))::text`,
      rows(personaRow)`
        insert into personas (id, tenant_id, user_id, name, description, voice, system_prompt, is_public, tags)
        select ${uuidv7()}, u.tenant_id, u.id, ${input.name}, ${input.description}, ${input.voice},
          ${input.system_prompt}, ${input.is_public}::boolean, ${input.tags}::text[]
        from users u
        where u.id = app.user_id() and (u.plan = 'premium' or not ${isPremium}::boolean)
          and (select count(*) from personas p where p.user_id = u.id)
            < case u.plan when 'premium' then ${mostPersonas.premium}::int else ${mostPersonas.free}::int end
        returning ${columns}`,
      rows(ownerRow)`
        select plan, (select count(*) from personas p where p.user_id = u.id) as personas
        from users u where u.id = app.user_id()`,
    );
    if (persona !== undefined) return { persona };
    if (isPremium && owner?.plan === "free") {
      return fail("PAYMENT_REQUIRED", "This voice is for premium users. Choose another voice or upgrade.");
    }
    const most = mostPersonas[owner?.plan ?? "free"];
    return fail("MAX_PERSONAS", `You have ${most} personas, the most your plan allows. Delete one first.`);
  } catch (error) {
    if (brokenConstraint(error) === "personas_name_per_user") {
      return fail("DUPLICATE_NAME", "You have a persona of this name already.");
    }
    throw error;
  }
}
