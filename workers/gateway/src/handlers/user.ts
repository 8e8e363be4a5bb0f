// A person's phone belongs to auth, their cards and holds to billing.
import type { userRoutes } from "@callmeback/shared/contract/user";
import type { Handlers } from "./index.ts";

export const userHandlers: Handlers<keyof typeof userRoutes> = {
  updateProfile: ({ env, context, body }) => env.AUTH.updateProfile(context, body),
  startPhoneVerification: ({ env, context }) => env.AUTH.startPhoneVerification(context),
  checkPhoneVerification: ({ env, context, body }) => env.AUTH.checkPhoneVerification(context, body),
  billing: ({ env, context }) => env.BILLING.listPaymentMethods(context),
  addPaymentMethod: ({ env, context, body }) => env.BILLING.addPaymentMethod(context, body),
  createPaymentIntent: ({ env, context, body }) => env.BILLING.createHold(context, body),
  stripeWebhook: async ({ env, context, body, request }) => {
    await env.BILLING.receiveEvent(context, body, request.headers.get("Stripe-Signature") ?? "");
    return { message: "Received." };
  },
};
