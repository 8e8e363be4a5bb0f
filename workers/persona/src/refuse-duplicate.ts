// Two of a person's own things cannot have one name; the database's constraints decide.
import { fail } from "@callmeback/shared/contract/errors";
import { brokenConstraint } from "@callmeback/shared/rpc/database";

/** Says so, or passes on what else went wrong. Errors: `DUPLICATE_NAME`. */
export function refuseDuplicate(error: unknown): never {
  const constraint = brokenConstraint(error);
  if (constraint === "personas_name_per_user")
    return fail("DUPLICATE_NAME", "You have a persona of this name already.");
  if (constraint === "scenario_templates_name_per_user")
    return fail("DUPLICATE_NAME", "You have a template of this name already.");
  throw error;
}
