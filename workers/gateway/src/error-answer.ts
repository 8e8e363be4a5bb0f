// Every error leaves through here. A coded failure is shown as it is; anything else is a bug: a 500 that says nothing,
// with everything in the log.
import { asFailure, errorStatus, Failure } from "@callmeback/shared/contract/errors";
import { logFault } from "@callmeback/shared/domain/log";
import type { Exchange } from "./exchange.ts";

/** The body of every error. */
export function errorBody(failure: Failure, requestId: string): Record<string, unknown> {
  return {
    error: failure.code,
    message: failure.message,
    request_id: requestId,
    ...(failure.retryAfter === undefined ? {} : { retry_after: failure.retryAfter }),
    ...(failure.detailsJson === undefined ? {} : { details: JSON.parse(failure.detailsJson) }),
  };
}

export function answerError(error: unknown, exchange: Exchange): Response {
  const known = asFailure(error);
  if (known === undefined) {
    logFault(
      {
        worker: "gateway",
        event: "request-failed",
        route: exchange.routePath,
      },
      error,
    );
  }
  const failure = known ?? new Failure("SERVER_ERROR", "Something went wrong on our side.");
  const status = errorStatus[failure.code];
  if (failure.retryAfter !== undefined) exchange.headers.set("Retry-After", String(failure.retryAfter));
  if (status === 401) exchange.headers.set("WWW-Authenticate", "Bearer");
  return Response.json(errorBody(failure, exchange.requestId), { status });
}
