// How Workers speak to the keeper of the database: statements with their row's shape, run as one transaction in one round trip.
import type * as z from "zod";
import { currentRequestId } from "../domain/request-id.ts";
import type { Actor } from "./context.ts";

export type SqlValue = string | number | boolean | null | readonly string[];

export interface Statement {
  /** SQL with `$1`… in the places of `values`. */
  text: string;
  values: SqlValue[];
}

/** A column as it crosses RPC: times are ISO 8601 UTC, `jsonb` is parsed, `int8` is a number. */
type Cell = string | number | boolean | null | Cell[] | { [key: string]: Cell };
export type Row = Record<string, Cell>;

export interface DatabaseRpc {
  /**
   * Runs all statements as `actor` in one transaction: all or nothing.
   * Errors: a coded failure raised in SQL by `app.fail`, `TOKEN_REVOKED`, `INVALID_TOKEN`, `ACCOUNT_SUSPENDED` for the actor,
   * `SERVICE_UNAVAILABLE` when the database does not answer; a broken constraint is an `Error` with its `constraint`.
   */
  transact(actor: Actor, statements: Statement[], requestId?: string): Promise<Row[][]>;
  health(): Promise<void>;
}

/** A statement together with the shape of its rows. */
export interface Query<T> extends Statement {
  row: z.ZodType<T>;
}

/**
 * Builds a query: ``rows(shape)`select … where id = ${id}` ``. Values always travel as parameters.
 * A `Fragment` is spliced in as SQL, its values with it.
 */
export function rows<T>(row: z.ZodType<T>) {
  return (strings: TemplateStringsArray, ...parts: (SqlValue | Fragment)[]): Query<T> => ({
    ...assemble(strings, parts),
    row,
  });
}

/** A piece of SQL to put into a query. */
export class Fragment {
  readonly strings: readonly string[];
  readonly parts: readonly (SqlValue | Fragment)[];

  constructor(strings: readonly string[], parts: readonly (SqlValue | Fragment)[]) {
    this.strings = strings;
    this.parts = parts;
  }
}

export function sql(strings: TemplateStringsArray, ...parts: (SqlValue | Fragment)[]): Fragment {
  return new Fragment(strings, parts);
}

function assemble(strings: readonly string[], parts: readonly (SqlValue | Fragment)[]): Statement {
  const values: SqlValue[] = [];
  const write = (texts: readonly string[], inner: readonly (SqlValue | Fragment)[]): string =>
    texts.reduce((text, next, index) => {
      const part = inner[index - 1];
      if (part instanceof Fragment) return text + write(part.strings, part.parts) + next;
      values.push(part ?? null);
      return `${text}$${values.length}${next}`;
    });
  return { text: write(strings, parts), values };
}

type RowsOf<Q extends readonly Query<unknown>[]> = {
  -readonly [K in keyof Q]: Q[K] extends Query<infer T> ? T[] : never;
};

/** Runs queries as one transaction and parses each one's rows by its shape. */
export async function transact<const Q extends readonly Query<unknown>[]>(
  database: DatabaseRpc,
  actor: Actor,
  ...queries: Q
): Promise<RowsOf<Q>> {
  const results = await database.transact(
    actor,
    queries.map(({ text, values }) => ({ text, values })),
    currentRequestId(),
  );
  return queries.map((query, index) =>
    (results[index] ?? []).map((row) => query.row.parse(row)),
  ) as RowsOf<Q>;
}

/** The constraint that a statement broke, when that is what happened. */
export function brokenConstraint(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("constraint" in error)) return undefined;
  return typeof error.constraint === "string" ? error.constraint : undefined;
}
