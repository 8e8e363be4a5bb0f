/**
 * Reads a decoded form into typed parameters. A parameter that no route declares is refused (`parameter_unknown`),
 * as Stripe does: a client with a misspelt name must not pass here and fail there.
 */
import { malformed, missing, unknown } from "./errors.ts";
import type { FormHash, FormValue } from "./form.ts";

type Read<T> = (value: FormValue, name: string) => T;

const isText = (value: FormValue, name: string): string => {
  if (typeof value !== "string") throw malformed(name, `Invalid string: ${JSON.stringify(value)}`);
  return value;
};

/** A string; the empty string is an attempt to unset, which only `unsettable` takes. */
export const text: Read<string> = (value, name) => {
  const read = isText(value, name);
  if (read === "")
    throw malformed(
      name,
      `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however '${name}' cannot be unset.`,
      "parameter_invalid_empty",
    );
  if (read.length > 5000)
    throw malformed(name, `Invalid string: ${name} is too long`, "parameter_invalid_string_blank");
  return read;
};

export const unsettable: Read<string> = (value, name) => isText(value, name);

export const integer: Read<number> = (value, name) => {
  const read = text(value, name);
  if (!/^-?\d{1,15}$/.test(read))
    throw malformed(name, `Invalid integer: ${read}`, "parameter_invalid_integer");
  return Number(read);
};

export const flag: Read<boolean> = (value, name) => {
  const read = text(value, name);
  if (read === "true") return true;
  if (read === "false") return false;
  throw malformed(name, `Invalid boolean: ${read}`);
};

export const oneOf =
  <const T extends string>(...allowed: T[]): Read<T> =>
  (value, name) => {
    const read = text(value, name);
    const found = allowed.find((candidate) => candidate === read);
    if (found === undefined)
      throw malformed(
        name,
        `Invalid ${name}: must be one of ${allowed.slice(0, -1).join(", ")}, or ${allowed.at(-1)}`,
      );
    return found;
  };

const hashOf = (value: FormValue, name: string): FormHash => {
  if (typeof value === "string") throw malformed(name, `Invalid hash: ${name}`);
  return value;
};

/** Metadata: flat strings; an empty value removes its key. */
export const metadata: Read<Record<string, string>> = (value, name) => {
  if (value === "") return {};
  return Object.fromEntries(
    Object.entries(hashOf(value, name)).map(([key, entry]) => {
      if (key.length > 40)
        throw malformed(`${name}[${key}]`, "Metadata keys can be at most 40 characters long.");
      const read = isText(entry, `${name}[${key}]`);
      if (read.length > 500)
        throw malformed(`${name}[${key}]`, "Metadata values can be at most 500 characters long.");
      return [key, read];
    }),
  );
};

export const list =
  <T>(each: Read<T>): Read<T[]> =>
  (value, name) => {
    if (typeof value === "string") throw malformed(name, `Invalid array: ${name}`);
    return Object.entries(value).map(([index, entry]) => {
      if (!/^\d+$/.test(index)) throw malformed(name, `Invalid array: ${name}`);
      return each(entry, `${name}[${index}]`);
    });
  };

export const shape =
  <S extends Record<string, Read<unknown>>>(fields: S): Read<{ [K in keyof S]?: ReturnType<S[K]> }> =>
  (value, name) =>
    readParams(hashOf(value, name), fields, name);

/** Reads the declared fields; each may be absent, none may be undeclared. */
export const readParams = <S extends Record<string, Read<unknown>>>(
  form: FormHash,
  fields: S,
  prefix = "",
): { [K in keyof S]?: ReturnType<S[K]> } => {
  const read: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(form)) {
    const name = prefix === "" ? key : `${prefix}[${key}]`;
    const reader = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (reader === undefined) throw unknown(name);
    read[key] = reader(value, name);
  }
  // The loop above produced exactly the declared fields by their own readers: the parsed boundary.
  return read as { [K in keyof S]?: ReturnType<S[K]> };
};

export const required = <T>(value: T | undefined, name: string): T => {
  if (value === undefined) throw missing(name);
  return value;
};
