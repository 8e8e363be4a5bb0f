// Getting in and out: register, login, logout, me.
import * as z from "zod";
import { email, id, message, newPassword, personName, phone, time } from "./fields.ts";
import { route } from "./route.ts";

/** The version of the terms that registering accepts; what was accepted is kept with time and address. */
export const termsVersion = "2026-11-01";

export const user = z.strictObject({
  id,
  email: z.string(),
  name: z.string(),
  phone: z.string(),
  created_at: time,
  email_verified: z.boolean(),
  phone_verified: z.boolean(),
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
    body: z.strictObject({
      email,
      password: z
        .string({ error: "must be a text" })
        .min(1, "must not be empty")
        .max(1000, "must be at most 1000 characters"),
    }),
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
