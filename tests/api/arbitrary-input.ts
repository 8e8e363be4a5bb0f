// Random input for a route, made from its schema: mostly what it asks for, and now and then what nobody should send.

import type { Route } from "@callmeback/shared/contract/route";
import * as fc from "fast-check";
import * as z from "zod";

interface Schema {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  allOf?: Schema[];
  format?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
}

/** What real and hostile people type. */
const texts = [
  "",
  " ",
  "Ada",
  "👩‍👩‍👧‍👦 emoji",
  "مرحبا بالعالم",
  "שלום",
  "你好，世界",
  "नमस्ते",
  "a\u0000b",
  "\ud800",
  "'; drop table users; --",
  "<script>alert(1)</script>",
  "../../etc/passwd",
  "%00",
  "{{name}}",
  "-0",
  "1e999",
  "true",
  "null",
  "2026-03-29T02:30:00+01:00",
  "2026-10-25T02:30:00Z",
  "9999-12-31T23:59:59Z",
  "+14155550123",
  "ada@example.com",
  "x".repeat(3000),
];

const junk = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 0.5, 1e21, -1e308, 2 ** 53, [], {}, [[]], ...texts),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constant(JSON.parse(`${"[".repeat(500)}${"]".repeat(500)}`)),
);

const formats: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  uuid: fc.uuid(),
  email: fc.emailAddress(),
  "date-time": fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
};

function text({ format, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<unknown> {
  const known = format === undefined ? undefined : formats[format];
  const filled = fc
    .string({ unit: "grapheme", minLength, maxLength: Math.max(minLength, Math.min(maxLength, 200)) })
    .map((value) => value.slice(0, maxLength));
  const plain = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 '-]*$/, { size: "medium" });
  return fc.oneof(known ?? plain, filled, fc.constantFrom(...texts));
}

/** Values of a schema; refinements that JSON Schema cannot say are not followed. */
function arbitraryOf(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(arbitraryOf));
  const minimum = schema.minimum ?? -10;
  const maximum = Math.max(minimum, schema.maximum ?? 10_000);
  switch (schema.type) {
    case "object":
      return objectOf(schema);
    case "array": {
      const { items = {}, minItems = 0, maxItems = 4 } = schema;
      return fc.array(arbitraryOf(items), {
        minLength: minItems,
        maxLength: Math.max(minItems, Math.min(maxItems, 12)),
      });
    }
    case "integer":
      return fc.integer({ min: minimum, max: maximum });
    case "number":
      return fc.oneof(
        fc.double({ min: minimum, max: maximum, noNaN: true }),
        fc.integer({ min: Math.ceil(minimum), max: Math.floor(maximum) }),
      );
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "string":
      return text(schema);
    default:
      return junk;
  }
}

function objectOf({ properties = {}, required = [] }: Schema): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(properties).map(([name, field]) => [
    name,
    fc.oneof({ arbitrary: arbitraryOf(field), weight: 9 }, { arbitrary: junk, weight: 1 }),
  ]);
  return fc.record(Object.fromEntries(fields), { requiredKeys: required });
}

/** The example of the route with some of its fields replaced, or input made from nothing but the schema. */
function partOf(schema: z.ZodType, example: unknown): fc.Arbitrary<unknown> {
  const json: Schema = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Schema;
  const made = arbitraryOf(json);
  const partial = { ...json, required: [] };
  const changed = arbitraryOf(partial).map((value) => ({ ...Object(example), ...Object(value) }));
  return fc.oneof(
    { arbitrary: changed, weight: 5 },
    { arbitrary: made, weight: 3 },
    { arbitrary: fc.constant(example ?? {}), weight: 1 },
    { arbitrary: junk, weight: 1 },
  );
}

export interface Input {
  body: unknown;
  query: Record<string, string>;
}

/** Input for one request to a route that takes JSON. */
export function inputFor({ body, query, example }: Route): fc.Arbitrary<Input> {
  const queries = query === undefined ? fc.constant({}) : partOf(query, example?.query);
  return fc.record({
    body: body === undefined ? fc.constant(undefined) : partOf(body, example?.body),
    query: queries.map(asQuery),
  });
}

function asQuery(value: unknown): Record<string, string> {
  const fields = Object.entries(Object(value)).filter(([name]) => name !== "");
  // A lone surrogate cannot travel in an address.
  return Object.fromEntries(
    fields.map(([name, each]) => [
      name,
      String(each ?? "")
        .toWellFormed()
        .slice(0, 500),
    ]),
  );
}
