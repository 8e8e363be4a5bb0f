// What a handler gets and owes. It translates between the contract and one Worker, and decides nothing itself.
import type { Route, RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import type { AdminContext, Context, UserContext } from "@callmeback/shared/rpc/context";
import type { Env } from "./env.ts";

export type ContextOf<R extends Route> = R["caller"] extends "user"
  ? UserContext
  : R["caller"] extends "admin"
    ? AdminContext
    : Context;

export interface Asked<R extends Route> extends RouteInput<R> {
  context: ContextOf<R>;
  env: Env;
  request: Request;
  clientAddress: string | null;
}

/** A route that becomes a WebSocket, or streams its answer, makes the whole answer itself. */
export type ResponseHandler<R extends Route> = (asked: Asked<R>) => Promise<Response>;

export type Handler<R extends Route> = (asked: Asked<R>) => Promise<RouteOutput<R>>;
