// Every route of the contract with its handler. A route without one does not compile.
import type { Contract, RouteName } from "@callmeback/shared/contract";
import type { Route } from "@callmeback/shared/contract/route";
import type { Handler, ResponseHandler } from "../handler.ts";
import { accountHandlers } from "./account.ts";
import { adminHandlers } from "./admin.ts";
import { adminPaymentHandlers } from "./admin-payments.ts";
import { authHandlers } from "./auth.ts";
import { billingHandlers } from "./billing.ts";
import { callHandlers } from "./calls.ts";
import { contactHandlers } from "./contacts.ts";
import { healthHandlers } from "./health.ts";
import { liveHandlers } from "./live.ts";
import { personaHandlers } from "./personas.ts";
import { recordingHandlers } from "./recordings.ts";
import { replayHandlers } from "./replays.ts";
import { scenarioTemplateHandlers } from "./scenario-templates.ts";
import { scheduleHandlers } from "./schedule.ts";
import { userHandlers } from "./user.ts";
import { voiceHandlers } from "./voice.ts";

type HandlerOf<R extends Route> = R extends
  | { upgrade: true }
  | { success: { contentType: "audio/wav" | "application/x-ndjson" } }
  ? ResponseHandler<R>
  : Handler<R>;

export type Handlers<N extends RouteName = RouteName> = { [K in N]: HandlerOf<Contract[K]> };

export const handlers: Handlers = {
  ...authHandlers,
  ...userHandlers,
  ...billingHandlers,
  ...personaHandlers,
  ...contactHandlers,
  ...scenarioTemplateHandlers,
  ...scheduleHandlers,
  ...callHandlers,
  ...liveHandlers,
  ...recordingHandlers,
  ...replayHandlers,
  ...voiceHandlers,
  ...accountHandlers,
  ...adminHandlers,
  ...adminPaymentHandlers,
  ...healthHandlers,
};
