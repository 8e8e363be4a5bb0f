// From the contract to a router: every declared route and nothing else, with the manners of HTTP around it.
import { type Contract, contract, type RouteName } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { Route } from "@callmeback/shared/contract/route";
import { log } from "@callmeback/shared/domain/log";
import { withRequestId } from "@callmeback/shared/domain/request-id";
import { type IRequest, type RouteEntry, Router } from "itty-router";
import { corsHeaders, isPreflight, preflightHeaders } from "./cors.ts";
import type { Env } from "./env.ts";
import { answerError } from "./error-answer.ts";
import { type Exchange, openExchange } from "./exchange.ts";
import type { Handler } from "./handler.ts";
import { handlers } from "./handlers/index.ts";
import { serveRoute } from "./serve-route.ts";

const isRouteName = (name: string): name is RouteName => Object.hasOwn(contract, name);

function mount<N extends RouteName>(env: Env, name: N) {
  const declaration: Contract[N] = contract[name];
  return (matched: IRequest, exchange: Exchange) =>
    // The handler of this very route, which the types cannot follow through the name.
    serveRoute<Route>(env, name, declaration, handlers[name] as Handler<Route>, matched.params, exchange);
}

function createRouter(env: Env) {
  const router = Router<IRequest, [Exchange]>({
    catch: (error: unknown, _request: IRequest, exchange: Exchange) => answerError(error, exchange),
  });
  for (const name of Object.keys(contract).filter(isRouteName)) {
    const { method, path } = contract[name];
    const add = { GET: router.get, POST: router.post, PUT: router.put, DELETE: router.delete }[method];
    add(path, mount(env, name));
  }
  return router;
}

/** Methods that a path knows; empty for an unknown path. */
function methodsOf(routes: RouteEntry[], pathname: string): string[] {
  const methods = routes.filter(([, pattern]) => pattern.test(pathname)).map(([method]) => method);
  if (methods.length === 0) return [];
  const answered = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  return [...answered, "OPTIONS"];
}

function answerUnrouted(exchange: Exchange, methods: string[]): Response {
  if (methods.length === 0) fail("NOT_FOUND", "There is nothing at this address.");
  const allow = methods.join(", ");
  exchange.headers.set("Allow", allow);
  if (exchange.request.method === "OPTIONS") {
    if (isPreflight(exchange.request)) {
      for (const [header, value] of preflightHeaders(methods)) exchange.headers.set(header, value);
    }
    return new Response(null, { status: 204 });
  }
  return fail("METHOD_NOT_ALLOWED", `This address takes ${allow}.`);
}

/** The gateway as a function from request to answer. It never throws. */
export function createGateway(env: Env): (request: Request) => Promise<Response> {
  const router = createRouter(env);
  const declared = [...router.routes];
  router.all("*", (_matched: IRequest, exchange: Exchange) =>
    answerUnrouted(exchange, methodsOf(declared, new URL(exchange.request.url).pathname)),
  );
  const answer = async (request: Request, exchange: Exchange): Promise<Response> => {
    const startedMs = Date.now();
    const method = request.method === "HEAD" ? "GET" : request.method;
    const routed: Response = await router.fetch({ method, url: request.url }, exchange);
    // An upgrade is handed on as it is: its socket would not survive a copy.
    if (routed.status === 101) return routed;
    const response = new Response(request.method === "HEAD" ? null : routed.body, routed);
    for (const [header, value] of exchange.headers) {
      if (header !== "cache-control" || !response.headers.has(header)) response.headers.set(header, value);
    }
    for (const [header, value] of corsHeaders(request, env.CORS_ORIGINS))
      response.headers.append(header, value);
    log({
      worker: "gateway",
      event: "request",
      method: request.method,
      route: exchange.routePath,
      status: response.status,
      durationMs: Date.now() - startedMs,
    });
    return response;
  };
  return (request) => {
    const exchange = openExchange(request, () => crypto.randomUUID());
    return withRequestId(exchange.requestId, () => answer(request, exchange));
  };
}
