// Getting in and out: register, login, logout, me, a new token, a new password.
import * as z from "zod";
import { email, id, message, newPassword, password, personName, time } from "./fields.ts";
import { phone } from "./phone.ts";
import { route } from "./route.ts";

/** What registering agrees to, in the words that a client shows; kept with version, time and address. */
export const terms = {
  version: "2026-11-01",
  wording:
    "I am 18 or older. I agree that CallMeBack calls my own verified number when I ask for it, by an automated system with an artificial voice.",
} as const;

export const user = z.strictObject({
  id,
  email: z.string(),
  name: z.string(),
  phone: z.string(),
  created_at: time,
  email_verified: z.boolean(),
  phone_verified: z.boolean(),
  plan: z.enum(["free", "premium"]),
  /** IANA name; times are shown to the person in it. */
  time_zone: z.string(),
});

const session = z.strictObject({ user, token: z.string() });

export const authRoutes = {
  register: route({
    method: "POST",
    path: "/api/auth/register",
    summary:
      "Create an account; registering accepts the terms in force (18 or older, automated calls to one's own number)",
    tag: "Auth",
    caller: "none",
    rateLimit: { limit: 3, window: "hour", per: "ip" },
    body: z.strictObject({ name: personName, email, password: newPassword, phone }),
    success: { status: 201, schema: session },
    errors: ["EMAIL_EXISTS", "PHONE_EXISTS"],
    example: {
      body: {
        name: "John Doe",
        email: "user@example.com",
        password: "SecurePass123!",
        phone: "+14155550123",
      },
    },
  }),
  login: route({
    method: "POST",
    path: "/api/auth/login",
    summary: "Exchange e-mail and password for a token that lives 30 days",
    tag: "Auth",
    caller: "none",
    rateLimit: { limit: 5, window: "minute", per: "ip" },
    body: z.strictObject({ email, password }),
    success: { status: 200, schema: session },
    errors: ["INVALID_CREDENTIALS", "ACCOUNT_LOCKED", "ACCOUNT_SUSPENDED"],
    example: { body: { email: "user@example.com", password: "SecurePass123!" } },
  }),
  logout: route({
    method: "POST",
    path: "/api/auth/logout",
    summary: "Revoke the token that this request carries",
    tag: "Auth",
    caller: "user",
    rateLimit: { limit: 10, window: "minute", per: "user" },
    success: { status: 200, schema: message },
    errors: [],
  }),
  refresh: route({
    method: "POST",
    path: "/api/auth/refresh",
    summary: "Swap this token for a new one of 30 days; the old one is revoked",
    tag: "Auth",
    caller: "user",
    rateLimit: { limit: 10, window: "minute", per: "user" },
    success: { status: 200, schema: session },
    errors: [],
  }),
  changePassword: route({
    method: "PUT",
    path: "/api/auth/password",
    summary: "Set a new password; every other token of this person is revoked",
    tag: "Auth",
    caller: "user",
    rateLimit: { limit: 5, window: "minute", per: "user" },
    body: z.strictObject({ current_password: password, new_password: newPassword }),
    success: { status: 200, schema: message },
    errors: ["INVALID_CREDENTIALS", "ACCOUNT_LOCKED"],
    example: { body: { current_password: "SecurePass123!", new_password: "EvenMoreSecure456?" } },
  }),
  me: route({
    method: "GET",
    path: "/api/auth/me",
    summary: "The person this token belongs to",
    tag: "Auth",
    caller: "user",
    rateLimit: { limit: 30, window: "minute", per: "user" },
    success: { status: 200, schema: z.strictObject({ user }) },
    errors: [],
  }),
};
