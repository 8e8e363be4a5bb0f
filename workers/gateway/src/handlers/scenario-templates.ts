// Scenario templates belong to the persona Worker.
import type { scenarioTemplateRoutes } from "@callmeback/shared/contract/scenario-templates";
import type { Handlers } from "./index.ts";

export const scenarioTemplateHandlers: Handlers<keyof typeof scenarioTemplateRoutes> = {
  listScenarioTemplates: ({ env, context, query }) => env.PERSONA.listTemplates(context, query),
  getScenarioTemplate: ({ env, context, params }) => env.PERSONA.getTemplate(context, params.id),
  createScenarioTemplate: ({ env, context, body }) => env.PERSONA.createTemplate(context, body),
  updateScenarioTemplate: ({ env, context, params, body }) =>
    env.PERSONA.updateTemplate(context, params.id, body),
  deleteScenarioTemplate: ({ env, context, params }) => env.PERSONA.deleteTemplate(context, params.id),
};
