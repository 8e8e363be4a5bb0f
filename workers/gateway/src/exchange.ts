// One request on its way through the gateway, and the headers that its answer will carry however it ends.
import { requestIdHeader, requestIdPattern } from "@callmeback/shared/domain/request-id";

export interface Exchange {
  request: Request;
  requestId: string;
  /** On the answer in any case, errors included. */
  headers: Headers;
  /** The path as declared, for the log: a real one may say too much. */
  routePath: string | null;
}

/** Opens the exchange; the caller's own request id is kept when it is harmless in a log. */
export function openExchange(request: Request, newId: () => string): Exchange {
  const chosen = request.headers.get(requestIdHeader) ?? "";
  const requestId = requestIdPattern.test(chosen) ? chosen : newId();
  const headers = new Headers({
    [requestIdHeader]: requestId,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  return { request, requestId, headers, routePath: null };
}
