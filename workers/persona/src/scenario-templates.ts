// Scenario templates: everybody sees the system's and the public ones, and changes only their own.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { type DatabaseRpc, rows, sql, transact } from "@callmeback/shared/rpc/database";
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import { refuseDuplicate } from "./refuse-duplicate.ts";

type Body<N extends keyof Contract> = RouteInput<Contract[N]>["body"];
type Answer<N extends keyof Contract> = RouteOutput<Contract[N]>;

const mostTemplates = 100;

export const templateRow = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  category: z.string(),
  opening: z.string().nullable(),
  instructions: z.string(),
  variables: z.array(
    z.object({ name: z.string(), label: z.string(), required: z.boolean(), example: z.string() }),
  ),
  is_public: z.boolean(),
  created_by: z.string(),
  created_at: z.string(),
});
export const templateColumns = sql`id, name, description, category, opening, instructions, variables, is_public,
  coalesce(user_id::text, 'system') as created_by, created_at`;

export async function listTemplates(
  database: DatabaseRpc,
  { actor }: UserContext,
  { category }: { category?: string | undefined },
): Promise<Answer<"listScenarioTemplates">> {
  const [scenario_templates] = await transact(
    database,
    actor,
    rows(templateRow)`
      select ${templateColumns} from scenario_templates where ${category ?? null}::text is null or category = ${category ?? null}
      order by category, lower(name), id limit 500`,
  );
  return { scenario_templates };
}

/** Errors: `NOT_FOUND`. */
export async function getTemplate(
  database: DatabaseRpc,
  { actor }: UserContext,
  id: string,
): Promise<Answer<"getScenarioTemplate">> {
  const [[template]] = await transact(
    database,
    actor,
    rows(templateRow)`select ${templateColumns} from scenario_templates where id = ${id}`,
  );
  return template === undefined
    ? fail("NOT_FOUND", "There is no such template.")
    : { scenario_template: template };
}

/** Errors: `DUPLICATE_NAME`, `MAX_TEMPLATES`. */
export async function createTemplate(
  database: DatabaseRpc,
  { actor }: UserContext,
  input: Body<"createScenarioTemplate">,
): Promise<Answer<"createScenarioTemplate">> {
  const [, [template]] = await transact(
    database,
    actor,
    rows(
      z.object({}),
    )`select pg_advisory_xact_lock(hashtextextended('templates:' || app.user_id()::text, 0))::text`,
    rows(templateRow)`
      insert into scenario_templates
        (id, tenant_id, user_id, name, description, category, opening, instructions, variables, is_public)
      select ${uuidv7()}, app.tenant_id(), app.user_id(), ${input.name}, ${input.description}, ${input.category},
        ${input.opening}, ${input.instructions}, ${JSON.stringify(input.variables)}::jsonb, ${input.is_public}::boolean
      where (select count(*) from scenario_templates where user_id = app.user_id()) < ${mostTemplates}::int
      returning ${templateColumns}`,
  ).catch(refuseDuplicate);
  return template === undefined
    ? fail("MAX_TEMPLATES", `You have ${mostTemplates} templates, the most there can be. Delete one first.`)
    : { scenario_template: template };
}

const ownerRow = z.object({ owner_id: z.string().nullable() });
const owner = (id: string) =>
  rows(ownerRow)`select user_id as owner_id from scenario_templates where id = ${id}`;

function refuse(found: z.infer<typeof ownerRow> | undefined): never {
  if (found === undefined) return fail("NOT_FOUND", "There is no such template.");
  const whose = found.owner_id === null ? "CallMeBack" : "somebody else";
  return fail("FORBIDDEN", `This template belongs to ${whose}. Create one of your own.`);
}

/** Errors: `NOT_FOUND`, `FORBIDDEN`, `DUPLICATE_NAME`. */
export async function updateTemplate(
  database: DatabaseRpc,
  { actor }: UserContext,
  id: string,
  input: Body<"updateScenarioTemplate">,
): Promise<Answer<"updateScenarioTemplate">> {
  const variables = input.variables === undefined ? null : JSON.stringify(input.variables);
  const [[found], [template]] = await transact(
    database,
    actor,
    owner(id),
    rows(templateRow)`
      update scenario_templates set name = coalesce(${input.name ?? null}, name),
        description = coalesce(${input.description ?? null}, description),
        category = coalesce(${input.category ?? null}, category),
        opening = case when ${input.opening !== undefined}::boolean then ${input.opening ?? null} else opening end,
        instructions = coalesce(${input.instructions ?? null}, instructions),
        variables = coalesce(${variables}::jsonb, variables),
        is_public = coalesce(${input.is_public ?? null}::boolean, is_public), updated_at = now()
      where id = ${id} and user_id = app.user_id()
      returning ${templateColumns}`,
  ).catch(refuseDuplicate);
  return template === undefined ? refuse(found) : { scenario_template: template };
}

/** Errors: `NOT_FOUND`, `FORBIDDEN`. */
export async function deleteTemplate(
  database: DatabaseRpc,
  { actor }: UserContext,
  id: string,
): Promise<Answer<"deleteScenarioTemplate">> {
  const [[found], [deleted]] = await transact(
    database,
    actor,
    owner(id),
    rows(z.object({ id: z.string() }))`
      delete from scenario_templates where id = ${id} and user_id = app.user_id() returning id`,
  );
  return deleted === undefined ? refuse(found) : { message: "Template deleted" };
}
