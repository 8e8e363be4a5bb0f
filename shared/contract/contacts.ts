// Contacts: the personas that somebody keeps at hand.
import * as z from "zod";
import { id, message, time } from "./fields.ts";
import { persona } from "./personas.ts";
import { route } from "./route.ts";

const contact = z.strictObject({ id, persona_id: id, added_at: time });

export const contactRoutes = {
  listContacts: route({
    method: "GET",
    path: "/api/contacts",
    summary: "One's contacts with their personas, newest first",
    tag: "Contacts",
    caller: "user",
    rateLimit: { limit: 60, window: "minute", per: "user" },
    cache: "private",
    success: { status: 200, schema: z.strictObject({ contacts: z.array(contact.extend({ persona })) }) },
    errors: [],
  }),
  addContact: route({
    method: "POST",
    path: "/api/contacts",
    summary: "Keep a persona at hand; at most 50",
    tag: "Contacts",
    caller: "user",
    rateLimit: { limit: 30, window: "minute", per: "user" },
    body: z.strictObject({ persona_id: id }),
    success: { status: 201, schema: z.strictObject({ contact }) },
    errors: ["ALREADY_EXISTS", "NOT_FOUND", "MAX_CONTACTS"],
    example: { body: { persona_id: "01990000-0000-7000-8000-000000000001" } },
  }),
  removeContact: route({
    method: "DELETE",
    path: "/api/contacts/:personaId",
    summary: "Take a persona out of one's contacts",
    tag: "Contacts",
    caller: "user",
    rateLimit: { limit: 30, window: "minute", per: "user" },
    params: z.strictObject({ personaId: id }),
    success: { status: 200, schema: message },
    errors: ["NOT_FOUND"],
  }),
};
