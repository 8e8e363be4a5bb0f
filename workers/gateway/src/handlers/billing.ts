// Cards and holds belong to billing.
import type { billingRoutes } from "@callmeback/shared/contract/billing";
import type { Handlers } from "./index.ts";

export const billingHandlers: Handlers<keyof typeof billingRoutes> = {
  billing: ({ env, context }) => env.BILLING.listPaymentMethods(context),
  addPaymentMethod: ({ env, context, body }) => env.BILLING.addPaymentMethod(context, body),
  createSetupIntent: ({ env, context }) => env.BILLING.createSetupIntent(context),
  setDefaultPaymentMethod: ({ env, context, params }) => env.BILLING.setDefaultCard(context, params.id),
  removePaymentMethod: ({ env, context, params }) => env.BILLING.removeCard(context, params.id),
  createPaymentIntent: ({ env, context, body }) => env.BILLING.createHold(context, body),
  stripeWebhook: async ({ env, context, body, request }) => {
    await env.BILLING.receiveEvent(context, body, request.headers.get("Stripe-Signature") ?? "");
    return { message: "Received." };
  },
};
