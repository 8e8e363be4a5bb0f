// What this Worker keeps of a person: taken along, and erased when they leave.
import type { Contract } from "@callmeback/shared/contract";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import { system, type UserContext } from "@callmeback/shared/rpc/context";
import { type DatabaseRpc, rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { personaColumns, personaRow } from "./persona-row.ts";
import { templateColumns, templateRow } from "./scenario-templates.ts";

export async function exportPersonas(
  database: DatabaseRpc,
  { actor }: UserContext,
): Promise<RouteOutput<Contract["exportAccount"]>["personas"]> {
  const [personas, contacts, scenario_templates] = await transact(
    database,
    actor,
    rows(
      personaRow,
    )`select ${personaColumns} from personas where user_id = app.user_id() order by created_at`,
    rows(z.object({ persona_id: z.string(), added_at: z.string() }))`
      select persona_id, added_at from contacts where user_id = app.user_id() order by added_at`,
    rows(templateRow)`
      select ${templateColumns} from scenario_templates where user_id = app.user_id() order by created_at`,
  );
  return { personas, contacts, scenario_templates };
}

/** Safe to repeat. A public persona that somebody else has scheduled stays until that call is over: then it goes with the next try. */
export async function erasePersonas(database: DatabaseRpc, userId: string): Promise<void> {
  const nothing = z.object({});
  await transact(
    database,
    system,
    rows(nothing)`delete from contacts where user_id = ${userId}`,
    rows(nothing)`delete from scenario_templates where user_id = ${userId}`,
    rows(nothing)`delete from personas where user_id = ${userId}`,
  );
}
