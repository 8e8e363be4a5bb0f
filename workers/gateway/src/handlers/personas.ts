// Personas belong to the persona Worker.
import type { personaRoutes } from "@callmeback/shared/contract/personas";
import type { Handlers } from "./index.ts";

export const personaHandlers: Handlers<keyof typeof personaRoutes> = {
  listPersonas: ({ env, context, query }) => env.PERSONA.list(context, query),
  getPersona: ({ env, context, params }) => env.PERSONA.get(context, params.id),
  createPersona: ({ env, context, body }) => env.PERSONA.create(context, body),
};
