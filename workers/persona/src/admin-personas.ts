// Personas as an operator sees and keeps them: all kinds are listed, the system's are written here.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import { audit } from "@callmeback/shared/rpc/audit";
import type { AdminContext } from "@callmeback/shared/rpc/context";
import { type DatabaseRpc, rows, sql, transact } from "@callmeback/shared/rpc/database";
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import { personaColumns, personaRow } from "./persona-row.ts";
import { contains } from "./search.ts";

type Body<N extends keyof Contract> = RouteInput<Contract[N]>["body"];
type Answer<N extends keyof Contract> = RouteOutput<Contract[N]>;

const unknown = () => fail("NOT_FOUND", "There is no such persona.");

export async function adminListPersonas(
  database: DatabaseRpc,
  { actor }: AdminContext,
  { page, limit, search }: RouteInput<Contract["adminListPersonas"]>["query"],
): Promise<Answer<"adminListPersonas">> {
  const matching = search === undefined ? sql`true` : contains(search);
  const [personas, [count]] = await transact(
    database,
    actor,
    rows(personaRow)`
      select ${personaColumns} from personas where ${matching}
      order by created_at desc, id desc limit ${limit} offset ${(page - 1) * limit}`,
    rows(z.object({ total: z.int() }))`select count(*)::int as total from personas where ${matching}`,
  );
  const total = count?.total ?? 0;
  return { personas, pagination: { page, limit, total, pages: Math.ceil(total / limit) } };
}

export async function adminCreatePersona(
  database: DatabaseRpc,
  context: AdminContext,
  input: Body<"adminCreatePersona">,
): Promise<Answer<"adminCreatePersona">> {
  const id = uuidv7();
  const [[persona]] = await transact(
    database,
    context.actor,
    rows(personaRow)`
      insert into personas (id, name, description, voice, system_prompt, is_public, tags, greeting)
      values (${id}, ${input.name}, ${input.description}, ${input.voice}, ${input.system_prompt}, true,
        ${input.tags}::text[], ${input.greeting})
      returning ${personaColumns}`,
    audit(context, "persona.create", id, sql`true`, { name: input.name }),
  );
  if (persona === undefined) throw new Error("The insert of a persona returned no row.");
  return { persona };
}

/** Errors: `NOT_FOUND`, also for a persona that somebody owns. */
export async function adminUpdatePersona(
  database: DatabaseRpc,
  context: AdminContext,
  id: string,
  input: Body<"adminUpdatePersona">,
): Promise<Answer<"adminUpdatePersona">> {
  const [[persona]] = await transact(
    database,
    context.actor,
    rows(personaRow)`
      update personas set name = coalesce(${input.name ?? null}, name),
        description = coalesce(${input.description ?? null}, description),
        voice = coalesce(${input.voice ?? null}, voice),
        system_prompt = coalesce(${input.system_prompt ?? null}, system_prompt),
        tags = coalesce(${input.tags ?? null}::text[], tags),
        greeting = case when ${input.greeting !== undefined}::boolean then ${input.greeting ?? null} else greeting end,
        version = version + 1, updated_at = now()
      where id = ${id} and user_id is null returning ${personaColumns}`,
    audit(
      context,
      "persona.update",
      id,
      sql`exists (select from personas where id = ${id} and user_id is null)`,
      { fields: Object.keys(input).join(", ") },
    ),
  );
  return persona === undefined ? unknown() : { persona };
}

/** Errors: `NOT_FOUND`, `PERSONA_IN_USE` (raised by the database). */
export async function adminDeletePersona(
  database: DatabaseRpc,
  context: AdminContext,
  id: string,
): Promise<Answer<"adminDeletePersona">> {
  const [, [deleted]] = await transact(
    database,
    context.actor,
    audit(context, "persona.delete", id, sql`exists (select from personas where id = ${id})`),
    rows(z.object({ name: z.string() }))`delete from personas where id = ${id} returning name`,
  );
  return deleted === undefined ? unknown() : { message: "Persona deleted successfully" };
}
