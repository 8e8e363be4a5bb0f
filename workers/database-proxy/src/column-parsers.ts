// How PostgreSQL's text becomes values that can cross RPC: times as ISO 8601 UTC, counts as numbers, jsonb parsed.
import { types } from "@neondatabase/serverless";

const oid = { int8: 20, timestamptz: 1184, numeric: 1700 };

const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  [oid.int8]: Number,
  [oid.numeric]: Number,
  [oid.timestamptz]: (text) => new Date(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00")).toISOString(),
};

/** The driver's own parsers, but for those above. `-infinity` never leaves the database. */
export const columnParsers = {
  getTypeParser: (id: number, format?: "text" | "binary") =>
    parsers[id] ??
    (format === "binary" ? types.getTypeParser(id, "binary") : types.getTypeParser(id, "text")),
};
