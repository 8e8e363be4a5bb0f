// A person's own things: profile and verified phone.
import * as z from "zod";
import { user } from "./auth.ts";
import { email, personName, time, timeZone } from "./fields.ts";
import { phone } from "./phone.ts";
import { route } from "./route.ts";

export const userRoutes = {
  updateProfile: route({
    method: "PUT",
    path: "/api/user/profile",
    summary: "Change name, e-mail, phone or time zone; a new e-mail or phone has to be verified anew",
    tag: "User",
    caller: "user",
    rateLimit: { limit: 10, window: "minute", per: "user" },
    body: z.strictObject({
      name: personName.optional(),
      email: email.optional(),
      phone: phone.optional(),
      time_zone: timeZone.optional(),
    }),
    success: { status: 200, schema: z.strictObject({ user: user.extend({ updated_at: time }) }) },
    errors: ["EMAIL_EXISTS", "PHONE_EXISTS"],
    example: { body: { name: "Ada King", time_zone: "Europe/London" } },
  }),
  startPhoneVerification: route({
    method: "POST",
    path: "/api/user/phone/verification",
    summary: "Send a six-digit code to the phone in the profile; it lives 10 minutes",
    tag: "User",
    caller: "user",
    rateLimit: { limit: 5, window: "hour", per: "user" },
    success: {
      status: 200,
      schema: z.strictObject({ message: z.string(), phone: z.string(), expires_at: time }),
    },
    errors: ["TWILIO_ERROR", "TOO_MANY_CODES", "ALREADY_EXISTS"],
  }),
  checkPhoneVerification: route({
    method: "POST",
    path: "/api/user/phone/verification/check",
    summary: "Prove the phone with the code; 5 tries a code",
    tag: "User",
    caller: "user",
    rateLimit: { limit: 10, window: "minute", per: "user" },
    body: z.strictObject({
      code: z.string({ error: "must be a text" }).regex(/^\d{6}$/, "must be the six digits of the code"),
    }),
    success: {
      status: 200,
      schema: z.strictObject({ message: z.string(), phone: z.string(), phone_verified: z.literal(true) }),
    },
    errors: ["INVALID_CODE", "TWILIO_ERROR", "TOO_MANY_CODES"],
    example: { body: { code: "123456" } },
  }),
};
