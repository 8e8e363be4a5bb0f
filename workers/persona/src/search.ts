// A search in names, descriptions and tags, past case and accents, in any script; the index is over pairs of characters.
import { type Fragment, sql } from "@callmeback/shared/rpc/database";

/** True for a row of `personas` that contains these words. */
export const searched = (words: string): Fragment => sql`
  app.bigrams(search_text) @> app.bigrams(app.fold(${words}))
  and search_text like '%' || regexp_replace(app.fold(${words}), '([\\\\%_])', '\\\\\\1', 'g') || '%'`;
