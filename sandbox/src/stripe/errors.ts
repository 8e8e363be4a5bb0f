/**
 * Stripe's error object: one class, one constructor for each way in which a request can fail.
 * `saved` says whether an idempotency key remembers the failure: Stripe forgets what failed before the work began
 * (missing, unknown and malformed parameters), and remembers everything after.
 */

type StripeErrorType =
  | "invalid_request_error"
  | "card_error"
  | "idempotency_error"
  | "api_error"
  | "rate_limit_error";

export interface StripeErrorBody {
  type: StripeErrorType;
  message: string;
  code?: string;
  decline_code?: string;
  param?: string;
  charge?: string;
  doc_url?: string;
  payment_intent?: unknown;
  payment_method?: unknown;
  payment_method_type?: string;
  setup_intent?: unknown;
}

export class StripeFailure extends Error {
  readonly status: number;
  readonly body: StripeErrorBody;
  readonly saved: boolean;

  constructor(status: number, body: StripeErrorBody, saved = true) {
    super(body.message);
    this.status = status;
    this.body =
      body.code === undefined
        ? body
        : { ...body, doc_url: `https://stripe.com/docs/error-codes/${body.code.replaceAll("_", "-")}` };
    this.saved = saved;
  }
}

const request = (message: string, more: Partial<StripeErrorBody> = {}): StripeErrorBody => ({
  type: "invalid_request_error",
  message,
  ...more,
});

export const unauthorized = (message: string): StripeFailure =>
  new StripeFailure(401, request(message), false);

export const missing = (param: string): StripeFailure =>
  new StripeFailure(
    400,
    request(`Missing required param: ${param}.`, { code: "parameter_missing", param }),
    false,
  );

export const unknown = (param: string): StripeFailure =>
  new StripeFailure(
    400,
    request(`Received unknown parameter: ${param}`, { code: "parameter_unknown", param }),
    false,
  );

export const malformed = (param: string, message: string, code?: string): StripeFailure =>
  new StripeFailure(400, request(message, code === undefined ? { param } : { code, param }), false);

export const noSuch = (noun: string, id: string, param: string): StripeFailure =>
  new StripeFailure(404, request(`No such ${noun}: '${id}'`, { code: "resource_missing", param }));

/** A parameter that names an object which does not exist is a 400; only the object in the address is a 404. */
export const noSuchParam = (noun: string, id: string, param: string): StripeFailure =>
  new StripeFailure(400, request(`No such ${noun}: '${id}'`, { code: "resource_missing", param }));

export const refused = (message: string, more: Partial<StripeErrorBody> = {}): StripeFailure =>
  new StripeFailure(400, request(message, more));

export const cardError = (body: Omit<StripeErrorBody, "type">): StripeFailure =>
  new StripeFailure(402, { type: "card_error", ...body });
