// The public API, whole. A route that is not here does not exist; an entry without a handler does not compile.
import { accountRoutes } from "./account.ts";
import { adminRoutes } from "./admin.ts";
import { adminPaymentRoutes } from "./admin-payments.ts";
import { authRoutes } from "./auth.ts";
import { billingRoutes } from "./billing.ts";
import { callRoutes } from "./calls.ts";
import { contactRoutes } from "./contacts.ts";
import { functionRoutes } from "./functions.ts";
import { healthRoutes } from "./health.ts";
import { liveRoutes } from "./live.ts";
import { personaRoutes } from "./personas.ts";
import { recordingRoutes } from "./recordings.ts";
import { replayRoutes } from "./replays.ts";
import { scenarioTemplateRoutes } from "./scenario-templates.ts";
import { scheduleRoutes } from "./schedule.ts";
import { tryOutRoutes } from "./try-outs.ts";
import { twilioRoutes } from "./twilio-webhooks.ts";
import { userRoutes } from "./user.ts";
import { voiceSessionRoutes } from "./voice-sessions.ts";

export const contract = {
  ...authRoutes,
  ...userRoutes,
  ...billingRoutes,
  ...personaRoutes,
  ...functionRoutes,
  ...contactRoutes,
  ...scenarioTemplateRoutes,
  // Before the calls, whose `:id` would take its words.
  ...scheduleRoutes,
  ...callRoutes,
  ...tryOutRoutes,
  ...liveRoutes,
  ...recordingRoutes,
  ...replayRoutes,
  ...twilioRoutes,
  ...voiceSessionRoutes,
  ...accountRoutes,
  ...adminRoutes,
  ...adminPaymentRoutes,
  ...healthRoutes,
};

export type Contract = typeof contract;
export type RouteName = keyof Contract;
