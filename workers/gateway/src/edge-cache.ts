// What anonymous callers see of public lists, kept at the edge for five minutes. Its key carries a version that every
// change of a public persona raises, in all data centres at once: the old answers are still there, but nobody asks for them.
import { logFault } from "@callmeback/shared/domain/log";
import type { Env } from "./env.ts";
import { within } from "./within.ts";

const keptSeconds = 300;
const patienceMs = 1000;
const list = "personas";

/** The answer from the edge, or a new one that stays there. Without a version or a cache it is made anew each time. */
export async function fromEdge(
  env: Env,
  requestUrl: string,
  make: () => Promise<Response>,
): Promise<Response> {
  const version = await within(patienceMs, env.PUBLIC_VERSION.getByName(list).current()).catch(
    (error: unknown) => {
      logFault({ worker: "gateway", event: "edge-version-unknown" }, error);
      return undefined;
    },
  );
  if (version === undefined || env.EDGE_CACHE === undefined) return make();
  const key = new URL(requestUrl);
  key.searchParams.sort();
  key.searchParams.set("version", String(version));
  const kept = await env.EDGE_CACHE.match(key.href);
  if (kept !== undefined) return kept;
  const made = await make();
  const copy = new Response(made.clone().body, made);
  copy.headers.set("Cache-Control", `public, max-age=${keptSeconds}`);
  await env.EDGE_CACHE.put(key.href, copy);
  return made;
}

/** Lets no old answer be found again. A failure leaves them for their five minutes, and the change stands. */
export async function dropPublicPersonas(env: Env): Promise<void> {
  await within(patienceMs, env.PUBLIC_VERSION.getByName(list).raise()).catch((error: unknown) =>
    logFault({ worker: "gateway", event: "edge-not-dropped" }, error),
  );
}
