/**
 * Stripe on loopback: the door. A request is authenticated, decoded, taken once under its idempotency key, done in one
 * step and answered. What Stripe knows lives in the store, what it decides in the files beside this one.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Faults } from "../faults.ts";
import type { Provider } from "../provider.ts";
import { authenticationPage } from "./authentication-page.ts";
import { malformed, StripeFailure } from "./errors.ts";
import { checkExpand, render } from "./expand.ts";
import { decodeForm, type FormHash, fingerprint } from "./form.ts";
import { lapseHolds } from "./holds.ts";
import { type Answer, IdempotencyKeys } from "./idempotency.ts";
import { isPublishableCall } from "./keys.ts";
import { authenticationPath } from "./next-action.ts";
import { list, text } from "./params.ts";
import { routes } from "./routes.ts";
import { apiVersion, newId, StripeStore } from "./store.ts";
import { retryDelaysMs, WebhookDelivery } from "./webhooks.ts";

export interface StripeConfig {
  stripe: {
    secretKey: string;
    publishableKey: string;
    webhookSecret: string;
    webhookUrl?: string | undefined;
  };
  /** Providers take the time that the real ones take. */
  isRealLatency: boolean;
}

export interface StripeOptions {
  clock?: () => Date;
  webhookDelaysMs?: readonly number[];
}

const realWorkMs = 300;
const lapseEveryMs = 1_000;

const describe = (failure: StripeFailure, requestId: string): Answer => ({
  status: failure.status,
  body: JSON.stringify(
    { error: { ...failure.body, request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}` } },
    undefined,
    2,
  ),
});

const decodeBody = (request: IncomingMessage, url: URL, body: Buffer): FormHash => {
  if (request.method !== "POST") return decodeForm(url.search.slice(1));
  const type = request.headers["content-type"] ?? "";
  if (body.length > 0 && !type.startsWith("application/x-www-form-urlencoded"))
    throw malformed("body", `Invalid request: send application/x-www-form-urlencoded, not '${type}'.`);
  return decodeForm(body.toString("utf8"));
};

export const createStripe = (config: StripeConfig, faults: Faults, options: StripeOptions = {}): Provider => {
  const store = new StripeStore(options.clock ?? (() => new Date()));
  const keys = new IdempotencyKeys();
  const { webhookUrl, webhookSecret } = config.stripe;
  const delivery =
    webhookUrl === undefined
      ? undefined
      : new WebhookDelivery({
          url: webhookUrl,
          secret: webhookSecret,
          delaysMs: options.webhookDelaysMs ?? retryDelaysMs,
        });
  if (delivery) store.onEvent = (event) => delivery.send(event);
  const lapsing = setInterval(() => lapseHolds(store), lapseEveryMs);
  lapsing.unref();

  const work = async (): Promise<void> => {
    const ms = faults.get("stripe")?.firstByteMs ?? (config.isRealLatency ? realWorkMs : 0);
    if (ms > 0) await wait(ms);
  };

  const answer = async (
    request: IncomingMessage,
    url: URL,
    body: Buffer,
    response: ServerResponse,
    requestId: string,
  ): Promise<Answer> => {
    const found = routes.find((each) => each.method === request.method && each.pattern.test(url.pathname));
    const isPublishable = isPublishableCall(request, config.stripe, found?.isPublic ?? true);
    if (found === undefined)
      throw new StripeFailure(404, {
        type: "invalid_request_error",
        message: `Unrecognized request URL (${request.method}: ${url.pathname}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
      });
    const { expand, ...params } = decodeBody(request, url, body);
    const paths = expand === undefined ? [] : list(text)(expand, "expand");
    checkExpand(paths);
    const named = found.pattern.exec(url.pathname)?.groups;
    const header = request.headers["idempotency-key"];
    const key = request.method === "POST" && typeof header === "string" ? header : undefined;
    if (key !== undefined) {
      response.setHeader("idempotency-key", key);
      const known = keys.begin(key, url.pathname, fingerprint(params), store.now());
      if (known !== undefined) {
        response.setHeader("idempotent-replayed", "true");
        return known;
      }
    }
    try {
      await work();
      lapseHolds(store);
      store.cause = { id: requestId, idempotency_key: key ?? null };
      const done = found.handle({
        store,
        params,
        id: decodeURIComponent(named?.id ?? ""),
        childId: decodeURIComponent(named?.child ?? ""),
        isPublishable,
        origin: `http://${request.headers.host ?? url.host}`,
      });
      const result = { status: 200, body: JSON.stringify(render(store, done, paths), undefined, 2) };
      if (key !== undefined) keys.finish(key, result);
      return result;
    } catch (error) {
      const isSaved = error instanceof StripeFailure && error.saved;
      if (key !== undefined && isSaved) keys.finish(key, describe(error, requestId));
      else if (key !== undefined) keys.forget(key);
      throw error;
    }
  };

  return {
    name: "stripe",
    paths: [
      "/v1/customers",
      "/v1/payment_methods",
      "/v1/setup_intents",
      "/v1/payment_intents",
      "/v1/charges",
      "/v1/refunds",
      "/v1/events",
      "/v1/test_helpers",
      authenticationPath,
    ],
    async request(request, url, body, response) {
      if (url.pathname === authenticationPath) {
        const shown = authenticationPage(
          store,
          request.method ?? "GET",
          url,
          new URLSearchParams(body.toString()),
        );
        response.writeHead(shown.status, shown.headers).end(shown.body);
        return;
      }
      // A card form in a browser asks from another origin, as it does of the real Stripe.
      response.setHeader("access-control-allow-origin", "*");
      if (request.method === "OPTIONS") {
        response
          .writeHead(204, {
            "access-control-allow-methods": "GET, POST, DELETE",
            "access-control-allow-headers": "authorization, content-type, idempotency-key, stripe-version",
          })
          .end();
        return;
      }
      const requestId = newId("req", 14);
      response.setHeader("request-id", requestId);
      response.setHeader("stripe-version", request.headers["stripe-version"] ?? apiVersion);
      const told = await answer(request, url, body, response, requestId).catch((error: unknown) => {
        if (error instanceof StripeFailure) return describe(error, requestId);
        throw error;
      });
      const dropAfterMs = faults.get("stripe")?.dropAfterMs;
      if (dropAfterMs !== undefined) {
        // The work is done, the answer is lost: what an idempotency key is for.
        await wait(dropAfterMs);
        response.destroy();
        return;
      }
      if (told.status === 409) response.setHeader("stripe-should-retry", "true");
      response.writeHead(told.status, { "content-type": "application/json" }).end(told.body);
    },
    errorBody: (status: number) => ({
      error:
        status === 429
          ? { type: "rate_limit_error", code: "rate_limit", message: "Request rate limit exceeded." }
          : { type: "api_error", message: "An unknown error occurred." },
    }),
    reset() {
      store.clear();
      keys.clear();
      delivery?.clear();
    },
    close() {
      clearInterval(lapsing);
      delivery?.close();
    },
  };
};
