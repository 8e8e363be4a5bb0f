// The closed list of error codes and the one place where a code becomes an HTTP status.
// Nothing else may decide a status; nothing from inside (SQL, stacks, provider text) travels in an error.

/** Every code the API can answer with, and its HTTP status. */
export const errorStatus = {
  VALIDATION_ERROR: 400,
  DUPLICATE_NAME: 400,
  NO_PAYMENT_METHOD: 400,
  CANNOT_REMOVE_DEFAULT: 400,
  CANCELLATION_DENIED: 400,
  INVALID_CODE: 400,
  ALREADY_EXISTS: 400,
  UNAUTHORIZED: 401,
  INVALID_TOKEN: 401,
  TOKEN_REVOKED: 401,
  INVALID_CREDENTIALS: 401,
  PAYMENT_REQUIRED: 402,
  PAYMENT_FAILED: 402,
  CARD_DECLINED: 402,
  INSUFFICIENT_FUNDS: 402,
  FORBIDDEN: 403,
  PHONE_NOT_VERIFIED: 403,
  CALL_BLOCKED: 403,
  INVALID_SIGNATURE: 403,
  INVALID_STREAM_TOKEN: 403,
  ADDRESS_EXPIRED: 403,
  ACCOUNT_SUSPENDED: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  EMAIL_EXISTS: 409,
  PHONE_EXISTS: 409,
  IDEMPOTENCY_CONFLICT: 409,
  PERSONA_IN_USE: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UPGRADE_REQUIRED: 426,
  RATE_LIMIT_EXCEEDED: 429,
  ACCOUNT_LOCKED: 429,
  MAX_PERSONAS: 429,
  MAX_CONTACTS: 429,
  MAX_TEMPLATES: 429,
  MAX_SCHEDULED: 429,
  MAX_TRY_OUTS: 429,
  CONCURRENT_CALLS: 429,
  TOO_MANY_CODES: 429,
  SERVER_ERROR: 500,
  TWILIO_ERROR: 500,
  STRIPE_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** What an error may say beyond its message. Numbers, strings and flat lists only: it crosses RPC. */
export interface FailureExtras {
  /** Seconds until another try can succeed. */
  retryAfter?: number;
  /** Facts for the client, public by definition. */
  details?: Record<string, unknown>;
}

/**
 * A failure the caller may see. Over RPC its class is lost but its own properties survive,
 * as long as each is a string, a number or a flat object: so details travel as JSON text.
 */
export class Failure extends Error {
  readonly code: ErrorCode;
  readonly retryAfter: number | undefined;
  readonly detailsJson: string | undefined;

  constructor(code: ErrorCode, message: string, extras: FailureExtras = {}) {
    super(message);
    this.name = "Failure";
    this.code = code;
    if (extras.retryAfter !== undefined) this.retryAfter = extras.retryAfter;
    if (extras.details !== undefined) this.detailsJson = JSON.stringify(extras.details);
  }
}

/** Ends the current work with a coded error. */
export function fail(code: ErrorCode, message: string, extras?: FailureExtras): never {
  throw new Failure(code, message, extras);
}

/** Reads a coded failure out of anything thrown, here or in another Worker; undefined when it is a bug. */
export function asFailure(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error;
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const { code } = error;
  if (typeof code !== "string" || !Object.hasOwn(errorStatus, code)) return undefined;
  const retryAfter =
    "retryAfter" in error && typeof error.retryAfter === "number" ? error.retryAfter : undefined;
  const json =
    "detailsJson" in error && typeof error.detailsJson === "string" ? error.detailsJson : undefined;
  return new Failure(code as ErrorCode, error.message, {
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(json === undefined ? {} : { details: JSON.parse(json) }),
  });
}
