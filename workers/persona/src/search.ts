// A search in names, descriptions and tags, past case and accents, in any script.
import { type Fragment, sql } from "@callmeback/shared/rpc/database";

/** True where `search_text` contains these words. */
export const contains = (words: string): Fragment =>
  sql`search_text like '%' || regexp_replace(app.fold(${words}), '([\\\\%_])', '\\\\\\1', 'g') || '%'`;

/** The same with the index over groups of characters, for a row of `public_personas`. */
export const found = (words: string): Fragment =>
  sql`grams @> app.asked_grams(app.fold(${words})) and ${contains(words)}`;
