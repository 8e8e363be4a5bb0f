// Erasing somebody who left, Worker by Worker: calls first, since they end, then the money, then the rest, and last the name.
// Each part may be repeated, so a crash in between is mended by the next cron.
import { logFault } from "@callmeback/shared/domain/log";
import { type Context, system } from "@callmeback/shared/rpc/context";
import { dropPublicPersonas } from "./edge-cache.ts";
import type { Env } from "./env.ts";

export async function eraseLeaving(env: Env, requestId: string): Promise<void> {
  const context: Context = { actor: system, requestId };
  const leaving = await env.AUTH.listLeaving(context);
  if (leaving.length === 0) return;
  for (const userId of leaving) {
    try {
      await env.CALLS.eraseCalls(context, userId);
      await env.BILLING.eraseBilling(context, userId);
      await env.PERSONA.erasePersonas(context, userId);
      await env.AUTH.eraseAccount(context, userId);
    } catch (error) {
      logFault({ worker: "gateway", event: "somebody who left is not erased yet", requestId, userId }, error);
    }
  }
  await dropPublicPersonas(env, requestId);
}
