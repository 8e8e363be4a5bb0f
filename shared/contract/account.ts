// Leaving, and taking one's data along.
import * as z from "zod";
import { user } from "./auth.ts";
import { paymentMethod } from "./billing.ts";
import { dollars, id, message, password, time } from "./fields.ts";
import { persona } from "./personas.ts";
import { recordingOfCall } from "./recordings.ts";
import { route } from "./route.ts";
import { scenarioTemplate } from "./scenario-templates.ts";
import { scheduledCall } from "./schedule.ts";

/** Each Worker's part of an export. */
export const exportParts = {
  account: z.strictObject({
    user,
    consents: z.array(
      z.strictObject({
        kind: z.string(),
        version: z.string(),
        wording: z.string(),
        given_at: time,
        given_from: z.string().nullable(),
      }),
    ),
  }),
  personas: z.strictObject({
    personas: z.array(persona),
    contacts: z.array(z.strictObject({ persona_id: id, added_at: time })),
    scenario_templates: z.array(scenarioTemplate),
  }),
  calls: z.strictObject({
    calls: z.array(
      z.strictObject({
        id,
        persona_name: z.string(),
        phone_number: z.string().nullable(),
        status: z.string(),
        end_reason: z.string().nullable(),
        created_at: time,
        duration: z.int().nullable(),
        cost: dollars.nullable(),
        turns: z.array(
          z.strictObject({ speaker: z.enum(["caller", "persona"]), text: z.string(), started_at: time }),
        ),
        /** Words of a call that an agent logged. */
        transcript: z.string().nullable(),
        /** Whether it was recorded; the sound itself is fetched call by call. */
        recording: recordingOfCall.nullable(),
        notes: z.string().nullable(),
      }),
    ),
    scheduled_calls: z.array(scheduledCall),
  }),
  billing: z.strictObject({
    payment_methods: z.array(paymentMethod),
    payments: z.array(
      z.strictObject({
        payment_intent_id: z.string().nullable(),
        state: z.string(),
        held: dollars,
        captured: dollars.nullable(),
        refunded: dollars,
        created_at: time,
      }),
    ),
  }),
};

export const accountRoutes = {
  exportAccount: route({
    method: "GET",
    path: "/api/user/export",
    summary: "Everything that is kept about me, in one document",
    tag: "User",
    caller: "user",
    rateLimit: { limit: 5, window: "hour", per: "user" },
    success: { status: 200, schema: z.strictObject({ exported_at: time, ...exportParts }) },
    errors: [],
  }),
  deleteAccount: route({
    method: "DELETE",
    path: "/api/user",
    summary: "Leave: everything is erased but what the law wants of payments; asks for the password",
    tag: "User",
    caller: "user",
    rateLimit: { limit: 5, window: "hour", per: "user" },
    body: z.strictObject({ password }),
    success: { status: 200, schema: message },
    errors: ["INVALID_CREDENTIALS", "ACCOUNT_LOCKED"],
    example: { body: { password: "SecurePass123!" } },
  }),
};
