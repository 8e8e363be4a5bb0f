/** Setup intents: a card is proven and saved to its customer without a payment. */
import { cardError, noSuch, refused, type StripeErrorBody } from "./errors.ts";
import { automaticPaymentMethods, checkCustomer, checkReturn } from "./intent-fields.ts";
import { listOf, page } from "./lists.ts";
import { nextAction } from "./next-action.ts";
import type { SetupIntent } from "./objects.ts";
import { flag, list, metadata, oneOf, readParams, shape, text, unsettable } from "./params.ts";
import { attachTo, resolvePaymentMethod } from "./payment-methods.ts";
import type { StripeCall } from "./route.ts";
import { newId, type StripeStore } from "./store.ts";

const confirmFields = { payment_method: text, return_url: text, use_stripe_sdk: flag };

const unexpected = (intent: SetupIntent, message: string) =>
  refused(message, { code: "setup_intent_unexpected_state", setup_intent: structuredClone(intent) });

const setupIntentOf = ({ store, id, isPublishable }: StripeCall, clientSecret?: string): SetupIntent => {
  const kept = store.setupIntents.get(id);
  if (
    kept === undefined ||
    ((isPublishable || clientSecret !== undefined) && kept.client_secret !== clientSecret)
  )
    throw noSuch("setupintent", id, "intent");
  return kept;
};

export const failSetup = (
  store: StripeStore,
  intent: SetupIntent,
  error: Omit<StripeErrorBody, "type">,
): never => {
  intent.status = "requires_payment_method";
  intent.next_action = null;
  intent.last_setup_error = { type: "card_error", ...error };
  intent.payment_method = null;
  store.emit("setup_intent.setup_failed", intent);
  throw cardError({ ...error, setup_intent: structuredClone(intent) });
};

/** The card was proven: it belongs to its customer now. @throws StripeFailure 402 if its bank declines */
export const finishSetup = (store: StripeStore, intent: SetupIntent): void => {
  const method = resolvePaymentMethod(store, intent.payment_method ?? "", "payment_method");
  const secret = store.cards.get(method.id);
  const decline = secret?.behaviour.declinesAttach ? secret.behaviour.decline : undefined;
  if (decline !== undefined)
    failSetup(store, intent, {
      code: decline.code,
      message: decline.message,
      payment_method: structuredClone(method),
      ...(decline.declineCode === undefined ? {} : { decline_code: decline.declineCode }),
    });
  if (secret) secret.isSetUp = true;
  if (intent.customer !== null) attachTo(store, method, intent.customer);
  intent.status = "succeeded";
  intent.next_action = null;
  intent.last_setup_error = null;
  store.emit("setup_intent.succeeded", intent);
};

const confirmNow = (
  call: StripeCall,
  intent: SetupIntent,
  asked: { payment_method?: string; return_url?: string },
): void => {
  const { store } = call;
  const chosen = asked.payment_method ?? intent.payment_method;
  if (!chosen)
    throw unexpected(intent, "You cannot confirm this SetupIntent because it's missing a payment method.");
  checkReturn(intent.automatic_payment_methods, asked);
  const method = resolvePaymentMethod(store, chosen, "payment_method");
  if (method.customer !== null && method.customer !== intent.customer)
    throw refused("The payment method supplied belongs to another customer.", { param: "payment_method" });
  intent.payment_method = method.id;
  const secret = store.cards.get(method.id);
  if (secret?.behaviour.authenticate !== undefined && !secret.isSetUp) {
    intent.status = "requires_action";
    intent.next_action = nextAction(call.origin, intent, asked.return_url);
    store.emit("setup_intent.requires_action", intent);
    return;
  }
  finishSetup(store, intent);
};

export const createSetupIntent = (call: StripeCall): SetupIntent => {
  const { store, params } = call;
  const asked = readParams(params, {
    ...confirmFields,
    customer: text,
    confirm: flag,
    usage: oneOf("off_session", "on_session"),
    automatic_payment_methods: automaticPaymentMethods,
    payment_method_types: list(oneOf("card", "link")),
    payment_method_options: shape({
      card: shape({ request_three_d_secure: oneOf("any", "automatic", "challenge") }),
    }),
    description: unsettable,
    metadata,
  });
  checkCustomer(store, asked.customer);
  const automatic =
    asked.payment_method_types === undefined
      ? {
          enabled: true,
          allow_redirects: asked.automatic_payment_methods?.allow_redirects ?? ("always" as const),
        }
      : null;
  if (asked.confirm) checkReturn(automatic, asked);
  const id = newId("seti");
  const intent: SetupIntent = {
    id,
    object: "setup_intent",
    automatic_payment_methods: automatic,
    cancellation_reason: null,
    client_secret: newId(`${id}_secret`),
    created: store.now(),
    customer: asked.customer ?? null,
    description: asked.description ?? null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    metadata: asked.metadata ?? {},
    next_action: null,
    payment_method: null,
    payment_method_types: asked.payment_method_types ?? ["card", "link"],
    status: "requires_payment_method",
    usage: asked.usage ?? "off_session",
  };
  if (asked.payment_method !== undefined) {
    intent.payment_method = resolvePaymentMethod(store, asked.payment_method, "payment_method").id;
    intent.status = "requires_confirmation";
  }
  store.setupIntents.set(id, intent);
  store.emit("setup_intent.created", intent);
  if (asked.confirm)
    confirmNow(call, intent, asked.return_url === undefined ? {} : { return_url: asked.return_url });
  return intent;
};

export const confirmSetupIntent = (call: StripeCall): SetupIntent => {
  const { client_secret: secret, ...asked } = readParams(call.params, {
    ...confirmFields,
    client_secret: text,
  });
  const intent = setupIntentOf(call, secret);
  if (intent.status === "succeeded" || intent.status === "canceled")
    throw unexpected(
      intent,
      `You cannot confirm this SetupIntent because it has a status of ${intent.status}.`,
    );
  confirmNow(call, intent, asked);
  return intent;
};

export const cancelSetupIntent = (call: StripeCall): SetupIntent => {
  const asked = readParams(call.params, {
    cancellation_reason: oneOf("abandoned", "requested_by_customer", "duplicate"),
  });
  const intent = setupIntentOf(call);
  if (intent.status === "succeeded" || intent.status === "canceled")
    throw unexpected(
      intent,
      `You cannot cancel this SetupIntent because it has a status of ${intent.status}.`,
    );
  intent.status = "canceled";
  intent.cancellation_reason = asked.cancellation_reason ?? null;
  intent.next_action = null;
  call.store.emit("setup_intent.canceled", intent);
  return intent;
};

export const retrieveSetupIntent = (call: StripeCall): SetupIntent => {
  const asked = readParams(call.params, { client_secret: text });
  return setupIntentOf(call, asked.client_secret);
};

export const listSetupIntents = ({ store, params }: StripeCall) => {
  const asked = readParams(params, { ...page, customer: text });
  return listOf(
    "/v1/setup_intents",
    store.setupIntents,
    asked,
    (each) => asked.customer === undefined || each.customer === asked.customer,
  );
};
