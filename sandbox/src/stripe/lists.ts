/** Stripe's lists: newest first, a cursor either way, at most 100 at once. */
import { malformed, noSuchParam } from "./errors.ts";
import { integer, text } from "./params.ts";

export const page = { limit: integer, starting_after: text, ending_before: text };

export interface Page {
  limit?: number;
  starting_after?: string;
  ending_before?: string;
}

export interface List<T> {
  object: "list";
  url: string;
  has_more: boolean;
  data: T[];
}

/** @throws StripeFailure 400 for a limit outside 1–100 or an unknown cursor */
export const listOf = <T extends { id: string }>(
  url: string,
  kept: ReadonlyMap<string, T>,
  asked: Page,
  isWanted: (each: T) => boolean = () => true,
): List<T> => {
  const limit = asked.limit ?? 10;
  if (limit < 1 || limit > 100)
    throw malformed("limit", `Invalid integer: limit must be between 1 and 100, got ${limit}`);
  const cursor = asked.starting_after ?? asked.ending_before;
  if (cursor !== undefined && !kept.has(cursor))
    throw noSuchParam(
      "object",
      cursor,
      asked.starting_after === undefined ? "ending_before" : "starting_after",
    );
  const all = [...kept.values()].reverse();
  const at = all.findIndex((each) => each.id === cursor);
  if (asked.starting_after === undefined && cursor !== undefined) {
    const before = all.slice(0, at).filter(isWanted);
    return { object: "list", url, has_more: before.length > limit, data: before.slice(-limit) };
  }
  const after = all.slice(at + 1).filter(isWanted);
  return { object: "list", url, has_more: after.length > limit, data: after.slice(0, limit) };
};
