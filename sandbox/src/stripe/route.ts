/** What a route of this Stripe is, and what its handler is given. Handlers are synchronous: a request is one step. */
import type { FormHash } from "./form.ts";
import type { StripeStore } from "./store.ts";

export interface StripeCall {
  store: StripeStore;
  /** The decoded parameters, less `expand`. */
  params: FormHash;
  /** The object that the address names, or the empty string. */
  id: string;
  /** A second object that the address names, or the empty string. */
  childId: string;
  /** Asked with the publishable key: what is named must be proven by its client secret. */
  isPublishable: boolean;
  /** Where this Stripe is reached, for pages that it sends cardholders to. */
  origin: string;
}

export interface StripeRoute {
  method: "GET" | "POST" | "DELETE";
  pattern: RegExp;
  isPublic: boolean;
  handle: (call: StripeCall) => unknown;
}

/** `path` with `:id` and `:child` as its variable parts. `public`: the publishable key may ask it, too. */
export const route = (
  method: StripeRoute["method"],
  path: string,
  handle: StripeRoute["handle"],
  reach: "secret" | "public" = "secret",
): StripeRoute => ({
  method,
  pattern: new RegExp(`^${path.replace(":id", "(?<id>[^/]+)").replace(":child", "(?<child>[^/]+)")}$`),
  isPublic: reach === "public",
  handle,
});
