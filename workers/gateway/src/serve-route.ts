// The order in which one request is judged: who asks, how often, what is asked. Only then is the handler called.
import type { RouteName } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { Route } from "@callmeback/shared/contract/route";
import { identify } from "./callers.ts";
import { clientAddress } from "./client-address.ts";
import { fromEdge } from "./edge-cache.ts";
import type { Env } from "./env.ts";
import type { Exchange } from "./exchange.ts";
import type { ContextOf, Handler, ResponseHandler } from "./handler.ts";
import { limitRequest } from "./rate-limits/limit-request.ts";
import { readBytes, readText } from "./read-body.ts";
import { successAnswer, withETag } from "./success-answer.ts";
import { parseInput } from "./validation.ts";

/** Runs one declared route. Errors: the route's own, and those that every route of its caller kind has. */
export async function serveRoute<R extends Route>(
  env: Env,
  name: RouteName,
  route: R,
  handler: Handler<R> | ResponseHandler<R>,
  params: Record<string, string>,
  exchange: Exchange,
): Promise<Response> {
  const { request, requestId } = exchange;
  exchange.routePath = route.path;
  const address = clientAddress(request, env.TRUST_LOOPBACK_CLIENT === "true");
  // Twilio signs its form, so its body is read before the caller is known.
  const signedBody = route.caller === "twilio" ? await readText(request) : undefined;
  const actor = await identify(env, route, request, signedBody).catch(async (refusal: unknown) => {
    await limitRequest(env, name, route, { userId: null, address }, exchange);
    throw refusal;
  });
  const userId = actor.kind === "user" ? actor.userId : actor.kind === "admin" ? actor.adminId : null;
  await limitRequest(env, name, route, { userId, address }, exchange);
  const read = route.bodyFormat === "bytes" ? readBytes : readText;
  const body = route.body === undefined ? "" : (signedBody ?? (await read(request)));
  const input = parseInput(route, request, params, body);
  if (route.upgrade && request.headers.get("Upgrade")?.toLowerCase() !== "websocket") {
    fail("UPGRADE_REQUIRED", "This is a WebSocket: ask with Upgrade: websocket.");
  }
  // `identify` answers a person for a route that asks for one, which the types cannot follow.
  const context = { actor, requestId } as ContextOf<R>;
  const asked = { ...input, context, env, request, clientAddress: address };
  const answer = async () => {
    const answered = await handler(asked);
    return answered instanceof Response ? answered : successAnswer(route, answered);
  };
  if (route.cache === undefined) return answer();
  const isShared = route.cache === "public" && actor.kind === "anonymous";
  const made = isShared ? await fromEdge(env, request.url, answer) : await answer();
  return withETag(request, made);
}
