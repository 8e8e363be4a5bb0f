// Scenario templates: what a call is about, with variables to fill for each call.
import * as z from "zod";
import { placeholdersOf } from "../domain/scenario.ts";
import { id, message, text, time } from "./fields.ts";
import { route } from "./route.ts";

const variable = z.strictObject({
  name: z
    .string({ error: "must be a text" })
    .regex(
      /^[a-z][a-z0-9_]{0,39}$/,
      "must be a small letter, then up to 39 small letters, digits or underscores",
    ),
  label: text(1, 100),
  required: z.boolean({ error: "must be true or false" }).default(true),
  example: text(1, 200),
});

const name = text(3, 80);
const description = text(10, 500);
const category = text(2, 40);
const opening = text(1, 500).nullable();
const instructions = text(20, 4000);
const variables = z
  .array(variable, { error: "must be a list of variables" })
  .max(10, "must be at most 10 variables");
const isPublic = z.boolean({ error: "must be true or false" });

interface Asking {
  opening?: string | null | undefined;
  instructions?: string | undefined;
  variables?: { name: string }[] | undefined;
}

/** Every {{name}} in the texts is declared, and none twice. Nothing is said of a text that is not given. */
function checkVariables(template: Asking, context: z.core.$RefinementCtx): void {
  if (template.variables === undefined) return;
  const names = template.variables.map((each) => each.name);
  for (const [index, each] of names.entries()) {
    if (names.indexOf(each) < index) {
      context.addIssue({ code: "custom", path: ["variables", index, "name"], message: "is declared twice" });
    }
  }
  for (const field of ["opening", "instructions"] as const) {
    for (const asked of placeholdersOf(template[field] ?? "").filter((each) => !names.includes(each))) {
      context.addIssue({
        code: "custom",
        path: [field],
        message: `asks for {{${asked}}}, which is no variable`,
      });
    }
  }
}

/** A change of the texts or of the variables needs both: what is stored is not at hand to check the other against. */
function checkChanges(changes: Asking, context: z.core.$RefinementCtx): void {
  const asks = [changes.opening, changes.instructions].some((each) => placeholdersOf(each ?? "").length > 0);
  if (asks && changes.variables === undefined) {
    context.addIssue({
      code: "custom",
      path: ["variables"],
      message: "must come with a text that asks for them",
    });
  }
  for (const field of ["opening", "instructions"] as const) {
    if (changes.variables !== undefined && changes[field] === undefined) {
      context.addIssue({ code: "custom", path: [field], message: "must come with the variables" });
    }
  }
  checkVariables(changes, context);
}

export const scenarioTemplate = z.strictObject({
  id,
  name: z.string(),
  description: z.string(),
  category: z.string(),
  opening: z.string().nullable(),
  instructions: z.string(),
  variables: z.array(
    z.strictObject({ name: z.string(), label: z.string(), required: z.boolean(), example: z.string() }),
  ),
  is_public: z.boolean(),
  /** A user's id, or `system`. */
  created_by: z.string(),
  created_at: time,
});

const answer = z.strictObject({ scenario_template: scenarioTemplate });

export const scenarioTemplateRoutes = {
  listScenarioTemplates: route({
    method: "GET",
    path: "/api/scenario-templates",
    summary: "The system's templates, public ones, and one's own, by category and name",
    tag: "Scenario templates",
    caller: "user",
    rateLimit: { limit: 60, window: "minute", per: "user" },
    cache: "private",
    query: z.strictObject({ category: category.optional() }),
    success: { status: 200, schema: z.strictObject({ scenario_templates: z.array(scenarioTemplate) }) },
    errors: [],
    example: { query: { category: "morning" } },
  }),
  getScenarioTemplate: route({
    method: "GET",
    path: "/api/scenario-templates/:id",
    summary: "One template",
    tag: "Scenario templates",
    caller: "user",
    rateLimit: { limit: 120, window: "minute", per: "user" },
    params: z.strictObject({ id }),
    success: { status: 200, schema: answer },
    errors: ["NOT_FOUND"],
  }),
  createScenarioTemplate: route({
    method: "POST",
    path: "/api/scenario-templates",
    summary: "Write a template of one's own; at most 100",
    tag: "Scenario templates",
    caller: "user",
    rateLimit: { limit: 20, window: "hour", per: "user" },
    body: z
      .strictObject({
        name,
        description,
        category,
        opening: opening.default(null),
        instructions,
        variables: variables.default([]),
        is_public: isPublic.default(false),
      })
      .superRefine(checkVariables),
    success: { status: 201, schema: answer },
    errors: ["DUPLICATE_NAME", "MAX_TEMPLATES"],
    example: {
      body: {
        name: "Ask for a raise",
        description: "Practise asking your manager for more money.",
        category: "practice",
        opening: "So, you wanted to talk about {{topic}}?",
        instructions:
          "Play the caller's manager. They want to talk about {{topic}}. Be fair, and not easily convinced.",
        variables: [{ name: "topic", label: "What you want to ask for", required: true, example: "a raise" }],
      },
    },
  }),
  updateScenarioTemplate: route({
    method: "PUT",
    path: "/api/scenario-templates/:id",
    summary: "Change a template of one's own; texts with variables and the variables are changed together",
    tag: "Scenario templates",
    caller: "user",
    rateLimit: { limit: 30, window: "hour", per: "user" },
    params: z.strictObject({ id }),
    body: z
      .strictObject({
        name: name.optional(),
        description: description.optional(),
        category: category.optional(),
        opening: opening.optional(),
        instructions: instructions.optional(),
        variables: variables.optional(),
        is_public: isPublic.optional(),
      })
      .superRefine(checkChanges),
    success: { status: 200, schema: answer },
    errors: ["FORBIDDEN", "NOT_FOUND", "DUPLICATE_NAME"],
    example: { body: { name: "Ask for a better raise" } },
  }),
  deleteScenarioTemplate: route({
    method: "DELETE",
    path: "/api/scenario-templates/:id",
    summary: "Delete a template of one's own",
    tag: "Scenario templates",
    caller: "user",
    rateLimit: { limit: 20, window: "hour", per: "user" },
    params: z.strictObject({ id }),
    success: { status: 200, schema: message },
    errors: ["FORBIDDEN", "NOT_FOUND"],
  }),
};
