// The interface of the persona Worker: personas, later contacts and scenario templates.
import type { Contract } from "../contract/index.ts";
import type { RouteInput, RouteOutput } from "../contract/route.ts";
import type { Context, UserContext } from "./context.ts";

export interface PersonaRpc {
  list(
    context: Context,
    query: RouteInput<Contract["listPersonas"]>["query"],
  ): Promise<RouteOutput<Contract["listPersonas"]>>;
  /** Errors: `NOT_FOUND`, also for somebody else's private persona. */
  get(context: Context, id: string): Promise<RouteOutput<Contract["getPersona"]>>;
  /** Errors: `DUPLICATE_NAME`, `PAYMENT_REQUIRED`, `MAX_PERSONAS`. */
  create(
    context: UserContext,
    input: RouteInput<Contract["createPersona"]>["body"],
  ): Promise<RouteOutput<Contract["createPersona"]>>;
  health(): Promise<void>;
}
