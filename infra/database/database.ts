// The one small interface behind which both bodies of the database stand: PGlite and a PostgreSQL server.
// Values are text or null both ways: what a type means is for the driver at the other end to say.

export interface Statement {
  readonly query: string;
  readonly params: readonly (string | null)[];
}

export type IsolationLevel = "ReadUncommitted" | "ReadCommitted" | "RepeatableRead" | "Serializable";

/** How the transaction around a batch is opened; a lone statement has none of this. */
export interface BatchOptions {
  readonly isolationLevel?: IsolationLevel;
  readonly readOnly: boolean;
  readonly deferrable: boolean;
}

/** A column of a result, named as in Neon's protocol. */
export interface Field {
  readonly name: string;
  readonly dataTypeID: number;
  readonly tableID: number;
  readonly columnID: number;
  readonly dataTypeSize: number;
  readonly dataTypeModifier: number;
}

export interface StatementResult {
  /** The first word of PostgreSQL's command tag, e.g. `INSERT`. */
  readonly command: string;
  readonly rowCount: number | null;
  readonly fields: readonly Field[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface Database {
  readonly body: "pglite" | "postgres";
  /** The migrations that this start applied. */
  readonly migrated: readonly string[];
  /**
   * Runs the statements as the application's login role: all or none. Without `batch` there is one statement.
   * @throws SqlError what PostgreSQL said; UnavailableError when it could not be asked
   */
  transact(statements: readonly Statement[], batch?: BatchOptions): Promise<readonly StatementResult[]>;
  /** Runs one statement as the owner of the tables (never a superuser): for tests and the tools that start the endpoint. */
  asOwner(statement: Statement): Promise<StatementResult>;
  close(): Promise<void>;
}

/** The only role that logs in; migration 0001 creates it. */
export const applicationRole = "callmeback_proxy";

const levels = {
  ReadUncommitted: "read uncommitted",
  ReadCommitted: "read committed",
  RepeatableRead: "repeatable read",
  Serializable: "serializable",
} as const;

/** The `begin` of a batch, e.g. `begin isolation level serializable read only deferrable`. */
export function beginStatement(batch: BatchOptions | undefined): string {
  return [
    "begin",
    batch?.isolationLevel === undefined ? "" : `isolation level ${levels[batch.isolationLevel]}`,
    batch?.readOnly ? "read only" : "",
    batch?.deferrable ? "deferrable" : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}
