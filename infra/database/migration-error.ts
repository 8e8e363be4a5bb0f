// The ways in which bringing a database up to date can be refused, as one closed list of codes.

export type MigrationErrorCode = "BAD_NAME" | "CHANGED" | "MISSING" | "OUT_OF_ORDER" | "FAILED";

export class MigrationError extends Error {
  override readonly name = "MigrationError";
  readonly code: MigrationErrorCode;

  constructor(code: MigrationErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
