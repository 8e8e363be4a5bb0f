// Getting in and out: all of it belongs to auth.
import type { authRoutes } from "@callmeback/shared/contract/auth";
import type { Handlers } from "./index.ts";

export const authHandlers: Handlers<keyof typeof authRoutes> = {
  register: ({ env, context, body, clientAddress }) => env.AUTH.register(context, body, clientAddress),
  login: ({ env, context, body }) => env.AUTH.login(context, body),
  logout: ({ env, context }) => env.AUTH.logout(context),
  refresh: ({ env, context }) => env.AUTH.refresh(context),
  changePassword: ({ env, context, body }) => env.AUTH.changePassword(context, body),
  me: ({ env, context }) => env.AUTH.me(context),
};
