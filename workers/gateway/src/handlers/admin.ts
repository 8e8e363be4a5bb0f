// What an operator asks: people of auth, personas of persona, calls and costs of the orchestrator.
import type { adminRoutes } from "@callmeback/shared/contract/admin";
import { dropPublicPersonas } from "../edge-cache.ts";
import { inspect } from "./health.ts";
import type { Handlers } from "./index.ts";

export const adminHandlers: Handlers<keyof typeof adminRoutes> = {
  adminLogin: ({ env, context, body }) => env.AUTH.adminLogin(context, body),
  adminLogout: ({ env, context }) => env.AUTH.adminLogout(context),
  adminListUsers: ({ env, context, query }) => env.AUTH.adminListUsers(context, query),
  adminGetUser: ({ env, context, params }) => env.AUTH.adminGetUser(context, params.id),
  adminSuspendUser: ({ env, context, params, body }) =>
    env.AUTH.adminSuspendUser(context, params.id, body.reason),
  adminRestoreUser: ({ env, context, params, body }) =>
    env.AUTH.adminRestoreUser(context, params.id, body.reason),
  adminListCalls: ({ env, context, query }) => env.CALLS.adminList(context, query),
  adminGetCall: ({ env, context, params }) => env.CALLS.adminGet(context, params.id),
  adminHangUpCall: ({ env, context, params }) => env.CALLS.adminHangUp(context, params.id),
  adminListPersonas: ({ env, context, query }) => env.PERSONA.adminList(context, query),
  adminCreatePersona: async ({ env, context, body }) => {
    const created = await env.PERSONA.adminCreate(context, body);
    await dropPublicPersonas(env);
    return created;
  },
  adminUpdatePersona: async ({ env, context, params, body }) => {
    const updated = await env.PERSONA.adminUpdate(context, params.id, body);
    await dropPublicPersonas(env);
    return updated;
  },
  adminDeletePersona: async ({ env, context, params }) => {
    const deleted = await env.PERSONA.adminDelete(context, params.id);
    await dropPublicPersonas(env);
    return deleted;
  },
  adminCosts: ({ env, context, query }) => env.CALLS.adminCosts(context, query),
  adminHealth: async ({ env, context }) => {
    const [parts, voice_nodes] = await Promise.all([inspect(env), env.CALLS.voiceNodes(context)]);
    return { parts, voice_nodes };
  },
  adminAudit: ({ env, context, query }) => env.AUTH.adminAudit(context, query),
};
