// A person's profile and phone belong to auth.
import type { userRoutes } from "@callmeback/shared/contract/user";
import type { Handlers } from "./index.ts";

export const userHandlers: Handlers<keyof typeof userRoutes> = {
  updateProfile: ({ env, context, body }) => env.AUTH.updateProfile(context, body),
  startPhoneVerification: ({ env, context }) => env.AUTH.startPhoneVerification(context),
  checkPhoneVerification: ({ env, context, body }) => env.AUTH.checkPhoneVerification(context, body),
};
