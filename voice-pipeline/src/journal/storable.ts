/**
 * What a database takes as a text. Postgres refuses a NUL and half a character, as `slice` leaves of an emoji (in jsonb with 22P02);
 * an entry with one would be refused for ever, and hold up all that follow it.
 */

/** The same, where every text, however deep, is well-formed and has no NUL. Never fails on what JSON can hold. */
export const storable = (value: unknown): unknown => {
  if (typeof value === "string") return value.replaceAll("\0", "").toWellFormed();
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, storable(each)]));
};
