// What a model wrote as a function's arguments, held against what its maker declared.
import type { FunctionParameter } from "@callmeback/shared/contract/functions";
import * as z from "zod";

const types = {
  string: () => z.string().max(2_000),
  number: () => z.number(),
  integer: () => z.int(),
  boolean: () => z.boolean(),
};

function schemaOf({ type, enum: only, required }: FunctionParameter): z.ZodType {
  const value = only ? z.enum(only) : types[type]();
  return required ? value : value.optional();
}

/** Null when they are no JSON, or not what was asked for; what was not asked for is left out. */
export function argumentsOf(
  declared: Readonly<Record<string, FunctionParameter>>,
  json: string,
): Record<string, unknown> | null {
  const shape = Object.fromEntries(
    Object.entries(declared).map(([name, parameter]) => [name, schemaOf(parameter)]),
  );
  try {
    // Some models write nothing where there is nothing to write.
    return z.object(shape).parse(JSON.parse(json.trim() === "" ? "{}" : json));
  } catch {
    return null;
  }
}
