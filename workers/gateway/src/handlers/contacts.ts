// Contacts belong to the persona Worker.
import type { contactRoutes } from "@callmeback/shared/contract/contacts";
import type { Handlers } from "./index.ts";

export const contactHandlers: Handlers<keyof typeof contactRoutes> = {
  listContacts: ({ env, context }) => env.PERSONA.listContacts(context),
  addContact: ({ env, context, body }) => env.PERSONA.addContact(context, body.persona_id),
  removeContact: ({ env, context, params }) => env.PERSONA.removeContact(context, params.personaId),
};
