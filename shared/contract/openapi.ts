// The contract as an OpenAPI 3.1 document. Pure; nothing is said here that the contract does not say.
import * as z from "zod";
import { type ErrorCode, errorStatus } from "./errors.ts";
import { error } from "./fields.ts";
import type { Caller, Route } from "./route.ts";

const securitySchemes = {
  user: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: "A person's token, from login." },
  admin: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "An operator's token, from admin login.",
  },
  voiceNode: { type: "http", scheme: "bearer", description: "The key of the voice pipelines." },
  twilio: { type: "apiKey", in: "header", name: "X-Twilio-Signature" },
  stripe: { type: "apiKey", in: "header", name: "Stripe-Signature" },
} as const;

const security: Record<Caller, Partial<Record<keyof typeof securitySchemes, []>>[]> = {
  none: [],
  optional: [{}, { user: [] }],
  user: [{ user: [] }],
  admin: [{ admin: [] }],
  "voice-node": [{ voiceNode: [] }],
  twilio: [{ twilio: [] }],
  stripe: [{ stripe: [] }],
};

/** Codes that every route of a caller kind can answer with. */
const callerErrors: Record<Caller, readonly ErrorCode[]> = {
  none: [],
  optional: ["INVALID_TOKEN", "TOKEN_REVOKED", "ACCOUNT_SUSPENDED"],
  user: ["UNAUTHORIZED", "INVALID_TOKEN", "TOKEN_REVOKED", "ACCOUNT_SUSPENDED"],
  admin: ["UNAUTHORIZED", "INVALID_TOKEN", "TOKEN_REVOKED"],
  "voice-node": ["UNAUTHORIZED"],
  twilio: ["INVALID_SIGNATURE"],
  stripe: ["INVALID_SIGNATURE"],
};

/** The media type of each form of a body. */
export const bodyTypes = {
  json: "application/json",
  form: "application/x-www-form-urlencoded",
  text: "text/plain",
  bytes: "application/octet-stream",
} as const;

/** Every code that a route can answer with. */
export function errorsOf(route: Route): ErrorCode[] {
  const takesInput = route.params ?? route.query ?? route.body;
  return [
    ...new Set<ErrorCode>([
      ...(takesInput === undefined ? [] : (["VALIDATION_ERROR"] as const)),
      ...(route.body === undefined ? [] : (["PAYLOAD_TOO_LARGE"] as const)),
      ...(route.body === undefined || route.bodyFormat === "text"
        ? []
        : (["UNSUPPORTED_MEDIA_TYPE"] as const)),
      ...(route.upgrade ? (["UPGRADE_REQUIRED"] as const) : []),
      ...callerErrors[route.caller],
      ...(route.rateLimit === null ? [] : (["RATE_LIMIT_EXCEEDED"] as const)),
      ...route.errors,
      "SERVER_ERROR",
      ...(route.needsNoDatabase ? [] : (["SERVICE_UNAVAILABLE"] as const)),
    ]),
  ];
}

/** A schema as JSON Schema; what JSON Schema cannot say (a transform, a refinement) is left open. */
function jsonSchema(schema: z.ZodType, io: "input" | "output") {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}

function parametersOf(route: Route) {
  return (["params", "query"] as const).flatMap((kind) => {
    const declared = route[kind];
    if (declared === undefined) return [];
    const { properties = {}, required = [] } = jsonSchema(declared, "input");
    return Object.entries(properties).map(([name, schema]) => {
      const example = route.example?.[kind]?.[name];
      return {
        name,
        in: kind === "params" ? "path" : "query",
        required: required.includes(name),
        schema,
        ...(example === undefined ? {} : { example }),
      };
    });
  });
}

function requestBodyOf(route: Route) {
  if (route.body === undefined) return {};
  const media = {
    schema: jsonSchema(route.body, "input"),
    ...(route.example?.body === undefined ? {} : { example: route.example.body }),
  };
  return { requestBody: { required: true, content: { [bodyTypes[route.bodyFormat ?? "json"]]: media } } };
}

const rateLimitHeaders = Object.fromEntries(
  ["Limit", "Remaining", "Reset"].map((name) => [`X-RateLimit-${name}`, { schema: { type: "integer" } }]),
);

function responsesOf(route: Route) {
  const headers = {
    "X-Request-Id": { schema: { type: "string" } },
    ...(route.rateLimit === null ? {} : rateLimitHeaders),
  };
  const { status, schema, contentType = "application/json" } = route.success;
  const good = {
    description: "Done.",
    headers,
    content: { [contentType]: { schema: jsonSchema(schema, "output") } },
  };
  const byStatus = Map.groupBy(errorsOf(route), (code) => errorStatus[code]);
  const bad = [...byStatus].map(([failed, codes]) => [
    failed,
    {
      description: codes.join(", "),
      headers,
      content: {
        "application/json": {
          schema: {
            allOf: [{ $ref: "#/components/schemas/Error" }, { properties: { error: { enum: codes } } }],
          },
        },
      },
    },
  ]);
  return { [status]: good, ...Object.fromEntries(bad) };
}

function operationOf(name: string, route: Route) {
  return {
    operationId: name,
    summary: route.summary,
    tags: [route.tag],
    security: security[route.caller],
    parameters: parametersOf(route),
    ...requestBodyOf(route),
    responses: responsesOf(route),
  };
}

/** The whole document for a server at `serverUrl`. */
export function openApiDocument(contract: Readonly<Record<string, Route>>, serverUrl: string) {
  const paths: Record<string, Record<string, ReturnType<typeof operationOf>>> = {};
  for (const [name, route] of Object.entries(contract)) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(name, route) };
  }
  return {
    openapi: "3.1.0" as const,
    info: {
      title: "CallMeBack",
      version: "1.0.0",
      description:
        "A phone line for AI personas. Times are ISO 8601 UTC, ids are UUIDs, money is in dollars.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: serverUrl }],
    paths,
    components: { schemas: { Error: jsonSchema(error, "output") }, securitySchemes },
  };
}
