// Functions of a persona's maker: what the persona can do in a call beyond talking, answered by the maker's own service.
import * as z from "zod";
import { isFunctionUrl, longestFunctionUrl, mostFunctions, ownFunctionNames } from "../domain/functions.ts";
import { text } from "./fields.ts";
import { route } from "./route.ts";

const parameterName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, "must be lower-case letters, digits and underscores, a letter first");

/** Flat: a model on the telephone fills in a few values, and any model takes such a schema. */
const parameter = z
  .strictObject({
    type: z.enum(["string", "number", "integer", "boolean"], {
      error: "must be string, number, integer or boolean",
    }),
    /** What the model is to put there. */
    description: text(1, 200),
    /** Of a string: the only values. */
    enum: z.array(text(1, 60)).min(1).max(20).optional(),
    /** Whether it must be there. */
    required: z.boolean({ error: "must be true or false" }).default(true),
  })
  .refine((given) => given.enum === undefined || given.type === "string", {
    path: ["enum"],
    error: "must only be given for a string",
  });
export type FunctionParameter = z.infer<typeof parameter>;

/** What a model is told of a function. */
export const declaredFunction = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]{2,39}$/, "must be 3 to 40 lower-case letters, digits and underscores")
    .refine((name) => !ownFunctionNames.includes(name), `must not be ${ownFunctionNames.join(", ")}`),
  /** When the persona is to use it, and what it tells. */
  description: text(10, 500),
  parameters: z
    .record(parameterName, parameter)
    .refine((all) => Object.keys(all).length <= 8, "must be at most 8 parameters")
    .default({}),
});
export type DeclaredFunction = z.infer<typeof declaredFunction>;

const url = text(1, longestFunctionUrl).refine(
  isFunctionUrl,
  "must be an https address without a password; while you develop, http://localhost too",
);

/** With where it is asked. */
export const functionFields = z
  .array(declaredFunction.extend({ url }), { error: "must be a list of functions" })
  .max(mostFunctions, `must be at most ${mostFunctions} functions`)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "must have different names");

/** As it is shown; where it is asked is its maker's alone to see. */
export const shownFunction = declaredFunction.extend({ url: z.string().nullable() });

export const functionRoutes = {
  functionSecret: route({
    method: "GET",
    path: "/api/functions/secret",
    summary: "What the calls of your personas' functions are signed with (Standard Webhooks)",
    tag: "Personas",
    caller: "user",
    rateLimit: { limit: 30, window: "minute", per: "user" },
    success: { status: 200, schema: z.strictObject({ secret: z.string() }) },
    errors: [],
  }),
};
