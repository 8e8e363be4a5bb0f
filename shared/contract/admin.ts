// What an operator can do. Each act is written down in the same transaction (the audit).
import * as z from "zod";
import { costProviders } from "../domain/costs.ts";
import { call, callDetail, turn } from "./calls.ts";
import { dollars, email, id, message, pageQuery, pagination, password, text, time } from "./fields.ts";
import { persona, personaChanges, personaFields } from "./personas.ts";
import { route } from "./route.ts";

/** A persona of the system is public, records nobody and has the usual habits. */
const onlyOfPeople = {
  is_public: true,
  recording: true,
  silence_seconds: true,
  leaves_machines: true,
  functions: true,
} as const;

const admin = z.strictObject({ id, email: z.string(), name: z.string() });

const adminUser = z.strictObject({
  id,
  email: z.string(),
  name: z.string(),
  phone: z.string(),
  plan: z.enum(["free", "premium"]),
  phone_verified: z.boolean(),
  created_at: time,
  suspended_at: time.nullable(),
});

const idParam = z.strictObject({ id });
const reading = {
  tag: "Admin",
  caller: "admin",
  rateLimit: { limit: 120, window: "minute", per: "user" },
} as const;
const acting = {
  tag: "Admin",
  caller: "admin",
  rateLimit: { limit: 30, window: "minute", per: "user" },
} as const;
const time_ = z.iso.datetime({ offset: true, error: "must be an ISO 8601 time with an offset or Z" });
const amounts = z.strictObject(
  Object.fromEntries(costProviders.map((name) => [name, dollars])) as Record<
    (typeof costProviders)[number],
    typeof dollars
  >,
);

export const adminRoutes = {
  adminLogin: route({
    method: "POST",
    path: "/api/admin/login",
    summary: "Exchange an operator's e-mail and password for a token that lives 12 hours",
    tag: "Admin",
    caller: "none",
    rateLimit: { limit: 5, window: "minute", per: "ip" },
    body: z.strictObject({ email, password }),
    success: { status: 200, schema: z.strictObject({ admin, token: z.string() }) },
    errors: ["INVALID_CREDENTIALS", "ACCOUNT_LOCKED"],
    example: { body: { email: "operator@example.com", password: "SecurePass123!" } },
  }),
  adminLogout: route({
    ...acting,
    method: "POST",
    path: "/api/admin/logout",
    summary: "Revoke the operator's token that this request carries",
    success: { status: 200, schema: message },
    errors: [],
  }),
  adminListUsers: route({
    ...reading,
    method: "GET",
    path: "/api/admin/users",
    summary: "Everybody, newest first; found by name, e-mail or phone",
    query: z.strictObject({ ...pageQuery, search: text(2, 100).optional() }),
    success: { status: 200, schema: z.strictObject({ users: z.array(adminUser), pagination }) },
    errors: [],
    example: { query: { search: "ada" } },
  }),
  adminGetUser: route({
    ...reading,
    method: "GET",
    path: "/api/admin/users/:id",
    summary: "One person",
    params: idParam,
    success: { status: 200, schema: z.strictObject({ user: adminUser }) },
    errors: ["NOT_FOUND"],
  }),
  adminSuspendUser: route({
    ...acting,
    method: "POST",
    path: "/api/admin/users/:id/suspend",
    summary: "Shut an account: every token of it is refused from now on",
    params: idParam,
    body: z.strictObject({ reason: text(3, 500) }),
    success: { status: 200, schema: z.strictObject({ user: adminUser }) },
    errors: ["NOT_FOUND"],
    example: { body: { reason: "Fraud, ticket 4711" } },
  }),
  adminRestoreUser: route({
    ...acting,
    method: "POST",
    path: "/api/admin/users/:id/restore",
    summary: "Open a suspended account again",
    params: idParam,
    body: z.strictObject({ reason: text(3, 500) }),
    success: { status: 200, schema: z.strictObject({ user: adminUser }) },
    errors: ["NOT_FOUND"],
    example: { body: { reason: "Cleared, ticket 4711" } },
  }),
  adminListCalls: route({
    ...reading,
    method: "GET",
    path: "/api/admin/calls",
    summary: "Everybody's calls without their words, newest first; the live ones alone with live=true",
    query: z.strictObject({
      ...pageQuery,
      live: z.enum(["true"], { error: "must be true, or left out" }).optional(),
      user_id: id.optional(),
    }),
    success: {
      status: 200,
      schema: z.strictObject({ calls: z.array(call.omit({ transcript: true })), pagination }),
    },
    errors: [],
    example: { query: { live: "true" } },
  }),
  adminGetCall: route({
    ...reading,
    method: "GET",
    path: "/api/admin/calls/:id",
    summary: "How a call went and what it cost, without a word of it",
    params: idParam,
    success: {
      status: 200,
      schema: z.strictObject({
        call: callDetail.omit({ transcript: true, turns: true, agent_log: true, recording: true }).extend({
          turns: z.array(turn.omit({ text: true })),
          /** What the network and the voice service told of it, in order. */
          events: z.array(
            z.strictObject({ source: z.enum(["twilio", "voice", "mesh"]), type: z.string(), at: time }),
          ),
          /** The voice node that it ran on; null before its sound began. */
          node: z.string().nullable(),
          /** The payment's id for `/api/admin/payments`. */
          payment_id: id.nullable(),
        }),
      }),
    },
    errors: ["NOT_FOUND"],
  }),
  adminHangUpCall: route({
    ...acting,
    method: "POST",
    path: "/api/admin/calls/:id/hangup",
    summary: "End anybody's call, ringing or running",
    params: idParam,
    success: { status: 200, schema: message },
    errors: ["NOT_FOUND", "TWILIO_ERROR"],
  }),
  adminListPersonas: route({
    ...reading,
    method: "GET",
    path: "/api/admin/personas",
    summary: "Personas of all kinds, private ones too, newest first",
    query: z.strictObject({ ...pageQuery, search: text(2, 100).optional() }),
    success: { status: 200, schema: z.strictObject({ personas: z.array(persona), pagination }) },
    errors: [],
    example: { query: { search: "coach" } },
  }),
  adminCreatePersona: route({
    ...acting,
    method: "POST",
    path: "/api/admin/personas",
    summary: "Add a persona of the system, public for everybody",
    body: z.strictObject(personaFields).omit(onlyOfPeople),
    success: { status: 201, schema: z.strictObject({ persona }) },
    errors: [],
    example: {
      body: {
        name: "Night Porter",
        description: "Awake when nobody else is, with a kind word for everybody who cannot sleep.",
        voice: "adam",
        system_prompt: "You are Emil, a night porter who has seen it all and judges nobody.",
        tags: ["night", "kind"],
      },
    },
  }),
  adminUpdatePersona: route({
    ...acting,
    method: "PUT",
    path: "/api/admin/personas/:id",
    summary: "Change a persona of the system",
    params: idParam,
    body: z.strictObject(personaChanges).omit(onlyOfPeople),
    success: { status: 200, schema: z.strictObject({ persona }) },
    errors: ["NOT_FOUND"],
    example: { body: { tags: ["night", "very kind"] } },
  }),
  adminDeletePersona: route({
    ...acting,
    method: "DELETE",
    path: "/api/admin/personas/:id",
    summary: "Delete any persona; not while calls with it are scheduled",
    params: idParam,
    success: { status: 200, schema: message },
    errors: ["NOT_FOUND", "PERSONA_IN_USE"],
  }),
  adminCosts: route({
    ...reading,
    method: "GET",
    path: "/api/admin/costs",
    summary: "What calls cost us and brought in, by provider and day (UTC), newest first",
    query: z.strictObject({ from_date: time_.optional(), to_date: time_.optional() }),
    success: {
      status: 200,
      schema: z.strictObject({
        days: z.array(
          z.strictObject({
            /** `2026-11-20`. */
            day: z.string(),
            calls: z.int(),
            minutes: z.int(),
            revenue: dollars,
            /** What was measured; calls without a measure count in `unmeasured`. */
            costs: amounts,
            unmeasured: z.int(),
          }),
        ),
      }),
    },
    errors: [],
    example: { query: { from_date: "2026-11-01T00:00:00Z" } },
  }),
  adminHealth: route({
    ...reading,
    method: "GET",
    path: "/api/admin/health",
    summary: "Every Worker, and every voice node that has served a call in the last day",
    success: {
      status: 200,
      schema: z.strictObject({
        parts: z.record(z.string(), z.enum(["ok", "failing"])),
        voice_nodes: z.array(z.strictObject({ node: z.string(), live_calls: z.int(), last_call_at: time })),
      }),
    },
    errors: [],
  }),
  adminAudit: route({
    ...reading,
    method: "GET",
    path: "/api/admin/audit",
    summary: "What operators did, newest first",
    query: z.strictObject(pageQuery),
    success: {
      status: 200,
      schema: z.strictObject({
        entries: z.array(
          z.strictObject({
            id,
            admin_email: z.string(),
            act: z.string(),
            target: z.string(),
            details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
            request_id: z.string(),
            at: time,
          }),
        ),
        pagination,
      }),
    },
    errors: [],
  }),
};
