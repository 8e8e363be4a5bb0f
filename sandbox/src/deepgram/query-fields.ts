/** Reads a query's parameters by their kind, and says which one is wrong. */
import { invalidQuery } from "./refusal.ts";

export const flagOf = (query: URLSearchParams, name: string): boolean => {
  const value = query.get(name) ?? "false";
  if (value !== "true" && value !== "false")
    throw invalidQuery(`Invalid value for ${name}: expected true or false.`);
  return value === "true";
};

export const numberOf = (
  query: URLSearchParams,
  name: string,
  least: number,
  most: number,
): number | undefined => {
  const value = query.get(name);
  if (value === null) return undefined;
  const read = Number(value);
  if (value.trim() === "" || !(read >= least && read <= most))
    throw invalidQuery(`Invalid value for ${name}: expected a number from ${least} to ${most}.`);
  return read;
};

/**
 * The sound that this sandbox can hear is the telephone's. Returns whether it was named at all: raw sound that was not
 * cannot be decoded, which the real one finds out with the first bytes.
 */
export const checkSound = (query: URLSearchParams): boolean => {
  const encoding = query.get("encoding");
  if (encoding === null) return false;
  if (query.get("sample_rate") === null)
    throw invalidQuery("sample_rate is required when encoding is given.");
  if (encoding !== "mulaw" || query.get("sample_rate") !== "8000" || (query.get("channels") ?? "1") !== "1")
    throw invalidQuery("This sandbox hears encoding=mulaw&sample_rate=8000&channels=1 only.");
  return true;
};
