// The two ways in which a statement fails: the database answered with an error, or could not be asked at all.
// Both bodies of the database speak through these, so that the HTTP rim knows neither driver.

/** The fields of an ErrorResponse that Neon's driver reads; any other property of a driver's error stays here. */
const sqlErrorFields = [
  "severity",
  "code",
  "detail",
  "hint",
  "position",
  "internalPosition",
  "internalQuery",
  "where",
  "schema",
  "table",
  "column",
  "dataType",
  "constraint",
  "file",
  "line",
  "routine",
] as const;

export type SqlErrorFields = Partial<Record<(typeof sqlErrorFields)[number], string>>;

export class SqlError extends Error {
  override readonly name = "SqlError";
  readonly fields: SqlErrorFields;

  constructor(message: string, fields: SqlErrorFields) {
    super(message);
    this.fields = fields;
  }

  /** From a driver's error (`pg` and PGlite name the fields alike). */
  static from(error: Error): SqlError {
    const fields: SqlErrorFields = {};
    const found = new Map(Object.entries(error));
    for (const name of sqlErrorFields) {
      const value: unknown = found.get(name);
      if (typeof value === "string") fields[name] = value;
    }
    return new SqlError(error.message, fields);
  }
}

/** The database could not be reached, or broke while it was asked: whether the work was done is not known. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
}
