// An account as a whole is spread over all Workers; here its parts come together, and go.
import type { accountRoutes } from "@callmeback/shared/contract/account";
import { logFault } from "@callmeback/shared/domain/log";
import { eraseOne } from "../erase-leaving.ts";
import type { Handlers } from "./index.ts";

export const accountHandlers: Handlers<keyof typeof accountRoutes> = {
  exportAccount: async ({ env, context }) => {
    const [account, personas, calls, billing] = await Promise.all([
      env.AUTH.exportAccount(context),
      env.PERSONA.exportPersonas(context),
      env.CALLS.exportCalls(context),
      env.BILLING.exportBilling(context),
    ]);
    return { exported_at: new Date().toISOString(), account, personas, calls, billing };
  },
  deleteAccount: async ({ env, context, body }) => {
    await env.AUTH.leave(context, body);
    // From here on they are gone; the cron erases what this does not.
    await eraseOne(env, context.requestId, context.actor.userId).catch((error: unknown) =>
      logFault(
        { worker: "gateway", event: "erasing is left to the cron", requestId: context.requestId },
        error,
      ),
    );
    return { message: "Your account is deleted." };
  },
};
