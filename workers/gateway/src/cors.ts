// Which browsers may call: exact origins from configuration, no wildcard, no cookies.

const exposed =
  "X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, Allow";

/** Headers for an answer to a browser; only `Vary` when its origin is not on the list. */
export function corsHeaders(request: Request, origins: string): [string, string][] {
  const origin = request.headers.get("Origin");
  const allowed = origins.split(",").map((entry) => entry.trim());
  if (origin === null || !allowed.includes(origin)) return [["Vary", "Origin"]];
  return [
    ["Vary", "Origin"],
    ["Access-Control-Allow-Origin", origin],
    ["Access-Control-Expose-Headers", exposed],
  ];
}

export const isPreflight = (request: Request): boolean =>
  request.method === "OPTIONS" && request.headers.has("Access-Control-Request-Method");

/** What a browser may send; without an allowed origin beside them these open nothing. */
export function preflightHeaders(methods: string[]): [string, string][] {
  return [
    ["Access-Control-Allow-Methods", methods.join(", ")],
    ["Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, X-Request-Id"],
    ["Access-Control-Max-Age", "600"],
  ];
}
