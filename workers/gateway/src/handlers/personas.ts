// Personas belong to the persona Worker. A change drops what the edge keeps of the public ones.
import type { functionRoutes } from "@callmeback/shared/contract/functions";
import type { personaRoutes } from "@callmeback/shared/contract/personas";
import { dropPublicPersonas } from "../edge-cache.ts";
import { previewPersona } from "../preview-persona.ts";
import type { Handlers } from "./index.ts";

export const personaHandlers: Handlers<keyof typeof personaRoutes | keyof typeof functionRoutes> = {
  listPersonas: ({ env, context, query }) => env.PERSONA.list(context, query),
  getPersona: ({ env, context, params }) => env.PERSONA.get(context, params.id),
  previewPersona: ({ env, context, params }) => previewPersona(env, context, params.id),
  createPersona: async ({ env, context, body }) => {
    const created = await env.PERSONA.create(context, body);
    if (created.persona.is_public) await dropPublicPersonas(env);
    return created;
  },
  updatePersona: async ({ env, context, params, body }) => {
    const updated = await env.PERSONA.update(context, params.id, body);
    if (updated.persona.is_public || body.is_public === false) {
      await dropPublicPersonas(env);
    }
    return updated;
  },
  deletePersona: async ({ env, context, params }) => {
    const deleted = await env.PERSONA.delete(context, params.id);
    await dropPublicPersonas(env);
    return deleted;
  },
  functionSecret: ({ env, context }) => env.CALLS.functionSecret(context),
};
