// Neon's HTTP protocol, the answer side: results and errors as the driver reads them. Pure.
// The driver reads an error's fields only from a 400, so every error of the database is one, as at Neon.
import type { Statement, StatementResult } from "./database.ts";
import { logEvent } from "./log.ts";
import { SqlError, UnavailableError } from "./sql-error.ts";

type Asked = Statement & { readonly arrayMode: boolean };

/** `{command, rowCount, rows, fields, rowAsArray}`, or `{results: […]}` of these for a batch. Values are text or null. */
export function resultAnswer(
  results: readonly StatementResult[],
  asked: readonly Asked[],
  batch: boolean,
): unknown {
  const answers = results.map((result, index) => neonResult(result, asked[index]?.arrayMode ?? false));
  return batch ? { results: answers } : answers[0];
}

function neonResult({ command, rowCount, fields, rows }: StatementResult, rowAsArray: boolean): unknown {
  return {
    command,
    rowCount,
    rowAsArray,
    fields: fields.map((field) => ({ ...field, format: "text" })),
    rows: rowAsArray
      ? rows
      : rows.map((row) => Object.fromEntries(fields.map(({ name }, column) => [name, row[column] ?? null]))),
  };
}

/** 400 with PostgreSQL's fields; 503 when the database could not be asked; 500 without detail for a fault of ours. */
export function errorAnswer(error: unknown): { status: number; body: unknown } {
  if (error instanceof SqlError) return { status: 400, body: { message: error.message, ...error.fields } };
  logEvent("sql.failed", { error: describe(error) });
  if (error instanceof UnavailableError) return { status: 503, body: { message: error.message } };
  return { status: 500, body: { message: "internal error" } };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error
    ? `${error.message}: ${error.cause.message}`
    : (error.stack ?? error.message);
}
