// The scenario that a call is asked to follow: does the template fit the values? SQL decides, in the call's own statement;
// the same rule in words explains a refusal.
import { type ScenarioVariable, scenarioFaults } from "@callmeback/shared/domain/scenario";
import { type Fragment, sql } from "@callmeback/shared/rpc/database";
import * as z from "zod";

export const templateVariable = z.object({
  name: z.string(),
  label: z.string(),
  required: z.boolean(),
  example: z.string(),
});

/**
 * True where the template `t` (joined by id) can be filled with these values, or where neither is given.
 * @param values a JSON object of texts
 */
export function scenarioFits(template: string | null, values: string): Fragment {
  if (template === null) return sql`${values}::jsonb = '{}'::jsonb`;
  return sql`t.id is not null
    and not exists (select from jsonb_array_elements(t.variables) v
      where (v->>'required')::boolean and trim(coalesce(${values}::jsonb->>(v->>'name'), '')) = '')
    and not exists (select from jsonb_object_keys(${values}::jsonb) key
      where not exists (select from jsonb_array_elements(t.variables) v where v->>'name' = key))`;
}

interface Wish {
  scenario_template_id?: string | undefined;
  variables?: Record<string, string> | undefined;
}

/** What is wrong with the asked scenario, field by field. @param variables the template's; null when it cannot be seen */
export function refusedScenario(wish: Wish, variables: readonly ScenarioVariable[] | null) {
  const { scenario_template_id: id, variables: values = {} } = wish;
  if (id === undefined) {
    return Object.keys(values).map((name) => ({
      path: `variables.${name}`,
      message: "belongs to no template: give scenario_template_id too",
    }));
  }
  if (variables === null)
    return [{ path: "scenario_template_id", message: "is not a template that you can use" }];
  return scenarioFaults(variables, values).map(({ name, message }) => ({
    path: `variables.${name}`,
    message,
  }));
}
