// The limits of a route's fields, read from its schema, each with values at it and one beyond it.
import type { Route } from "@callmeback/shared/contract/route";
import * as z from "zod";

export interface FieldLimit {
  part: "body" | "query";
  /** Names from the part's root; a number stands for the first item of a list. */
  path: (string | number)[];
  /** `name maxLength 50`. */
  label: string;
  /** Candidates at the limit: at least one of them must be taken. */
  at: unknown[];
  beyond: unknown;
}

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  type?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
}

const safe = Number.MAX_SAFE_INTEGER;

/** Every limit on lengths, amounts and counts that a JSON body or a query declares. */
export function limitsOf(route: Route): FieldLimit[] {
  return (["body", "query"] as const).flatMap((part) => {
    const declared = route[part];
    if (declared === undefined) return [];
    const schema: Schema = z.toJSONSchema(declared, { io: "input", unrepresentable: "any" }) as Schema;
    return walk(schema, []).map((limit) => ({ part, ...limit }));
  });
}

type Found = Omit<FieldLimit, "part">;

function walk(schema: Schema, path: (string | number)[]): Found[] {
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    walk(field, [...path, name]),
  );
  const items = schema.items === undefined ? [] : walk(schema.items, [...path, 0]);
  const either = (schema.anyOf ?? []).flatMap((each) => walk(each, path));
  return [...own(schema, path), ...fields, ...items, ...either];
}

function own(schema: Schema, path: (string | number)[]): Found[] {
  const { minLength, maxLength, minimum, maximum, minItems, maxItems } = schema;
  const found: [string, number | undefined, unknown[], unknown][] = [
    ["minLength", minLength, texts(minLength ?? 0), "a".repeat(Math.max(0, (minLength ?? 1) - 1))],
    ["maxLength", maxLength, texts(maxLength ?? 0), "a".repeat((maxLength ?? 0) + 1)],
    ["minimum", minimum === -safe ? undefined : minimum, [minimum], (minimum ?? 0) - 1],
    ["maximum", maximum === safe ? undefined : maximum, [maximum], (maximum ?? 0) + 1],
    ["minItems", minItems, [items(schema, minItems ?? 0)], items(schema, (minItems ?? 1) - 1)],
    ["maxItems", maxItems, [items(schema, maxItems ?? 0)], items(schema, (maxItems ?? 0) + 1)],
  ];
  return found.flatMap(([keyword, value, at, beyond]) =>
    value === undefined ? [] : [{ path, label: `${path.join(".")} ${keyword} ${value}`, at, beyond }],
  );
}

/** Texts of one length in the shapes that fields of this API have. */
function texts(length: number): string[] {
  const filled = (start: string, filler: string, end = "") =>
    `${start}${filler.repeat(Math.max(0, length - start.length - end.length))}${end}`;
  return [filled("", "a"), filled("Aa1!", "a"), filled("", "1"), filled("+1415555", "1"), email(length)];
}

/** An address of one length: 64 characters before the @ at most, 63 a label after it. */
function email(length: number): string {
  const labels = Math.max(0, length - "a@.com".length);
  const host = Array.from({ length: labels }, (_, index) => (index % 60 === 59 ? "." : "b")).join("");
  return `a@${host}.com`;
}

/** A list of so many different items. */
function items(schema: Schema, count: number): unknown[] {
  return Array.from({ length: Math.max(0, count) }, (_, index) => itemOf(schema.items ?? {}, index));
}

function itemOf(schema: Schema, index: number): unknown {
  if (schema.properties === undefined) return `item${index}`;
  const fields = Object.entries(schema.properties).map(([name, field]) => [
    name,
    field.type === "boolean" ? true : `item${index}`,
  ]);
  return Object.fromEntries(fields);
}

/** The part with one field put in place of what stood there. */
export function withField(
  base: unknown,
  [head, ...rest]: readonly (string | number)[],
  value: unknown,
): unknown {
  if (head === undefined) return value;
  if (typeof head === "number") return [withField(Array.isArray(base) ? base[0] : undefined, rest, value)];
  const fields = typeof base === "object" && base !== null ? base : {};
  return { ...fields, [head]: withField(Reflect.get(fields, head), rest, value) };
}
