// Stripe's own client over fetch, pointed at Stripe or at whatever speaks its protocol.

import { requestIdHeaders } from "@callmeback/shared/domain/request-id";
import type { DatabaseRpc } from "@callmeback/shared/rpc/database";
import Stripe from "stripe";

export interface BillingDeps {
  database: DatabaseRpc;
  stripe: Stripe;
}

const fetchUnderRequest: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers);
  for (const [name, value] of Object.entries(requestIdHeaders())) headers.set(name, value);
  return fetch(input, { ...init, headers });
};

/** @param apiUrl base URL such as `http://127.0.0.1:8790`; empty for Stripe itself. */
export function stripeClient(secretKey: string, apiUrl: string): Stripe {
  const base = apiUrl === "" ? undefined : new URL(apiUrl);
  return new Stripe(secretKey, {
    httpClient: Stripe.createFetchHttpClient(fetchUnderRequest),
    maxNetworkRetries: 2,
    timeout: 10_000,
    telemetry: false,
    ...(base === undefined
      ? {}
      : {
          host: base.hostname,
          port: base.port || (base.protocol === "https:" ? "443" : "80"),
          protocol: base.protocol === "https:" ? "https" : "http",
        }),
  });
}
