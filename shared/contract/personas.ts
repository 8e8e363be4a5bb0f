// Personas: who can be called.
import * as z from "zod";
import { silenceSeconds } from "../domain/silence.ts";
import { voiceNames } from "../domain/voices.ts";
import { id, message, pageQuery, pagination, text, time } from "./fields.ts";
import { functionFields, shownFunction } from "./functions.ts";
import { route } from "./route.ts";

export const persona = z.strictObject({
  id,
  name: z.string(),
  description: z.string(),
  voice: z.string(),
  system_prompt: z.string(),
  is_public: z.boolean(),
  /** A user's id, or `system`. */
  created_by: z.string(),
  tags: z.array(z.string()),
  /** What it says first, after telling that it is an AI; null for a usual greeting. */
  greeting: z.string().nullable(),
  /** Whoever is called is asked whether the call may be recorded. */
  recording: z.boolean(),
  /** How long it waits in silence before it asks, and again before it says goodbye. */
  silence_seconds: z.int(),
  /** Hangs up on a mailbox or a menu at once; else it speaks to it as to a person. */
  leaves_machines: z.boolean(),
  /** What it can do in a call by its maker's own service; the address is shown to its maker alone. */
  functions: z.array(shownFunction),
  version: z.int(),
  use_count: z.int(),
  created_at: time,
});

const name = text(3, 50).regex(
  /^[\p{L}\p{M}\p{N}\s'’-]+$/u,
  "may contain letters, digits, spaces, hyphens and apostrophes",
);

const voice = z
  .string({ error: "must be a text" })
  .refine(
    (value) => voiceNames.includes(value) || /^[A-Za-z0-9]{20}$/.test(value),
    `must be a voice of the catalogue (${voiceNames.join(", ")}) or a provider's voice id`,
  );

const tags = z.array(text(2, 30), { error: "must be a list of texts" }).max(10, "must be at most 10 tags");
const choice = z.boolean({ error: "must be true or false" });
const greeting = text(1, 300).nullable();
const silence = z
  .int({ error: "must be a whole number" })
  .min(silenceSeconds.least, `must be at least ${silenceSeconds.least} seconds`)
  .max(silenceSeconds.most, `must be at most ${silenceSeconds.most} seconds`);

/** What a persona consists of. */
export const personaFields = {
  name,
  description: text(10, 500),
  voice,
  system_prompt: text(20, 2000),
  is_public: choice.default(false),
  tags: tags.default([]),
  greeting: greeting.default(null),
  recording: choice.default(false),
  silence_seconds: silence.default(silenceSeconds.usual),
  leaves_machines: choice.default(true),
  functions: functionFields.default([]),
};

/** The same with nothing required: what is left out stays as it is. */
export const personaChanges = {
  name: name.optional(),
  description: text(10, 500).optional(),
  voice: voice.optional(),
  system_prompt: text(20, 2000).optional(),
  is_public: choice.optional(),
  tags: tags.optional(),
  greeting: greeting.optional(),
  recording: choice.optional(),
  silence_seconds: silence.optional(),
  leaves_machines: choice.optional(),
  functions: functionFields.optional(),
};

export const personaRoutes = {
  listPersonas: route({
    method: "GET",
    path: "/api/personas",
    summary: "Public personas, and one's own when signed in",
    tag: "Personas",
    caller: "optional",
    rateLimit: { limit: 120, anonymous: 60, window: "minute", per: "user" },
    cache: "public",
    query: z.strictObject({
      ...pageQuery,
      search: text(2, 100).optional(),
      tags: z
        .string()
        .transform((value) => value.split(",").map((tag) => tag.trim()))
        .pipe(tags)
        .optional(),
      is_public: z
        .enum(["true", "false"], { error: "must be true or false" })
        .transform((value) => value === "true")
        .optional(),
      created_by: z.union([z.literal("system"), id], { error: "must be a user's id or 'system'" }).optional(),
      sort: z
        .enum(["name_asc", "name_desc", "created_asc", "created_desc"], {
          error: "must be name_asc, name_desc, created_asc or created_desc",
        })
        .default("created_desc"),
    }),
    success: { status: 200, schema: z.strictObject({ personas: z.array(persona), pagination }) },
    errors: [],
    example: { query: { page: "1", limit: "20", sort: "name_asc" } },
  }),
  getPersona: route({
    method: "GET",
    path: "/api/personas/:id",
    summary: "One persona",
    tag: "Personas",
    caller: "optional",
    rateLimit: { limit: 120, anonymous: 60, window: "minute", per: "user" },
    params: z.strictObject({ id }),
    success: { status: 200, schema: z.strictObject({ persona }) },
    errors: ["NOT_FOUND"],
  }),
  previewPersona: route({
    method: "GET",
    path: "/api/personas/:id/preview",
    summary: "A persona's first words in its own voice, as sound",
    tag: "Personas",
    caller: "user",
    rateLimit: { limit: 60, window: "hour", per: "user" },
    params: z.strictObject({ id }),
    success: {
      status: 200,
      schema: z.strictObject({
        preview: z.strictObject({
          text: z.string(),
          /** Mu-law of 8 kHz, as on the telephone, in base64. */
          audio: z.base64(),
        }),
      }),
    },
    errors: ["NOT_FOUND"],
  }),
  createPersona: route({
    method: "POST",
    path: "/api/personas",
    summary: "Create a persona of one's own; 10 for free, 50 with premium",
    tag: "Personas",
    caller: "user",
    rateLimit: { limit: 20, window: "hour", per: "user" },
    body: z.strictObject(personaFields),
    success: { status: 201, schema: z.strictObject({ persona }) },
    errors: ["DUPLICATE_NAME", "PAYMENT_REQUIRED", "MAX_PERSONAS"],
    example: {
      body: {
        name: "My Custom Persona",
        description: "A custom persona for the mornings when nothing works.",
        voice: "rachel",
        system_prompt: "You are a patient friend who asks one question at a time.",
        is_public: false,
        tags: ["friendly", "custom"],
      },
    },
  }),
  updatePersona: route({
    method: "PUT",
    path: "/api/personas/:id",
    summary: "Change a persona of one's own; running calls go on with what it was",
    tag: "Personas",
    caller: "user",
    rateLimit: { limit: 30, window: "hour", per: "user" },
    params: z.strictObject({ id }),
    body: z.strictObject(personaChanges),
    success: { status: 200, schema: z.strictObject({ persona }) },
    errors: ["FORBIDDEN", "NOT_FOUND", "DUPLICATE_NAME", "PAYMENT_REQUIRED"],
    example: { body: { name: "Updated Name", voice: "adam", tags: ["updated", "tag"] } },
  }),
  deletePersona: route({
    method: "DELETE",
    path: "/api/personas/:id",
    summary: "Delete a persona of one's own; it leaves everybody's contacts",
    tag: "Personas",
    caller: "user",
    rateLimit: { limit: 20, window: "hour", per: "user" },
    params: z.strictObject({ id }),
    success: { status: 200, schema: message },
    errors: ["FORBIDDEN", "NOT_FOUND", "PERSONA_IN_USE"],
  }),
};
