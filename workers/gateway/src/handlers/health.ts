// Is it alive, is it ready: each Worker is asked, and each of them asks what it depends on.
import { contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { healthRoutes } from "@callmeback/shared/contract/health";
import { openApiDocument } from "@callmeback/shared/contract/openapi";
import { logFault } from "@callmeback/shared/domain/log";
import type { Env } from "../env.ts";
import { within } from "../within.ts";
import type { Handlers } from "./index.ts";

const patienceMs = 2000;

type Part = "ok" | "failing";

/** The state of every part; one that does not answer in time is failing. */
export async function inspect(env: Env): Promise<Record<string, Part>> {
  const parts = { auth: env.AUTH, persona: env.PERSONA, calls: env.CALLS, billing: env.BILLING };
  const states = Object.entries(parts).map(async ([part, worker]): Promise<[string, Part]> => {
    try {
      await within(patienceMs, worker.health());
      return [part, "ok"];
    } catch (error) {
      logFault({ worker: "gateway", event: "part-failing", part }, error);
      return [part, "failing"];
    }
  });
  return { gateway: "ok", ...Object.fromEntries(await Promise.all(states)) };
}

const isWhole = (parts: Record<string, Part>) => Object.values(parts).every((part) => part === "ok");

export const healthHandlers: Handlers<keyof typeof healthRoutes> = {
  health: async ({ env }) => {
    const parts = await inspect(env);
    return { status: isWhole(parts) ? "ok" : "failing", parts };
  },
  healthLive: async () => ({ status: "ok" }),
  healthReady: async ({ env }) => {
    if (!isWhole(await inspect(env))) {
      fail("SERVICE_UNAVAILABLE", "Not every part answers. /api/health says which.", { retryAfter: 5 });
    }
    return { status: "ok" };
  },
  openApi: async ({ env }) => openApiDocument(contract, env.PUBLIC_URL),
};
