// Erasing somebody who left, Worker by Worker: calls first, since they end, then the money, then the rest, and last the name.
// Each part may be repeated, so a crash in between is mended by the next cron.
import { logFault } from "@callmeback/shared/domain/log";
import { type Context, system } from "@callmeback/shared/rpc/context";
import { dropPublicPersonas } from "./edge-cache.ts";
import type { Env } from "./env.ts";

/** One person. Errors: what keeps a part from being erased yet. */
export async function eraseOne(env: Env, requestId: string, userId: string): Promise<void> {
  const context: Context = { actor: system, requestId };
  await env.CALLS.eraseCalls(context, userId);
  await env.BILLING.eraseBilling(context, userId);
  await env.PERSONA.erasePersonas(context, userId);
  await env.AUTH.eraseAccount(context, userId);
  await dropPublicPersonas(env);
}

/** Everybody of whom something is still here; one who cannot be erased yet keeps nobody waiting. */
export async function eraseLeaving(env: Env, requestId: string): Promise<void> {
  for (const userId of await env.AUTH.listLeaving({ actor: system, requestId })) {
    await eraseOne(env, requestId, userId).catch((error: unknown) =>
      logFault({ worker: "gateway", event: "somebody who left is not erased yet", userId }, error),
    );
  }
}
