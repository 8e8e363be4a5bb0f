// Is it alive, is it ready, and what can it do.
import * as z from "zod";
import { route } from "./route.ts";

const part = z.enum(["ok", "failing"]);

export const healthRoutes = {
  health: route({
    method: "GET",
    path: "/api/health",
    summary: "The state of the mesh, part by part",
    tag: "Health",
    caller: "none",
    needsNoDatabase: true,
    rateLimit: null,
    success: { status: 200, schema: z.strictObject({ status: part, parts: z.record(z.string(), part) }) },
    errors: [],
  }),
  healthLive: route({
    method: "GET",
    path: "/api/health/live",
    summary: "The gateway answers",
    tag: "Health",
    caller: "none",
    needsNoDatabase: true,
    rateLimit: null,
    success: { status: 200, schema: z.strictObject({ status: z.literal("ok") }) },
    errors: [],
  }),
  healthReady: route({
    method: "GET",
    path: "/api/health/ready",
    summary: "Every Worker and the database answer",
    tag: "Health",
    caller: "none",
    rateLimit: null,
    success: { status: 200, schema: z.strictObject({ status: z.literal("ok") }) },
    errors: [],
  }),
  openApi: route({
    method: "GET",
    path: "/api/docs.json",
    summary: "This API as an OpenAPI 3.1 document",
    tag: "Health",
    caller: "none",
    needsNoDatabase: true,
    rateLimit: null,
    success: { status: 200, schema: z.looseObject({ openapi: z.literal("3.1.0") }) },
    errors: [],
  }),
};
