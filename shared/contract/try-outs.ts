// Trying a persona out: a call like any other, for nothing.
import * as z from "zod";
import { placedCall } from "./calls.ts";
import { id } from "./fields.ts";
import { route } from "./route.ts";
import { callWish } from "./schedule.ts";

const { persona_id: _, payment_intent_id: __, ...tryOutWish } = callWish;

export const tryOutRoutes = {
  tryPersona: route({
    method: "POST",
    path: "/api/personas/:id/try-out",
    summary:
      "Have a persona of one's own call one's own number for two minutes, for nothing and without a card; 5 in 24 hours. The same Idempotency-Key answers the same call",
    tag: "Personas",
    caller: "user",
    rateLimit: { limit: 5, window: "minute", per: "user" },
    params: z.strictObject({ id }),
    body: z.strictObject(tryOutWish),
    success: { status: 200, schema: z.strictObject({ call: placedCall }) },
    errors: [
      "FORBIDDEN",
      "NOT_FOUND",
      "PHONE_NOT_VERIFIED",
      "CALL_BLOCKED",
      "IDEMPOTENCY_CONFLICT",
      "CONCURRENT_CALLS",
      "MAX_TRY_OUTS",
      "TWILIO_ERROR",
    ],
    example: { body: { phone_number: "+14155550123" } },
  }),
};
