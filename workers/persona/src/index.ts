// Personas. Thin: the verbs stand in their own file.
import { WorkerEntrypoint } from "cloudflare:workers";
import type { Context, UserContext } from "@callmeback/shared/rpc/context";
import type { DatabaseRpc } from "@callmeback/shared/rpc/database";
import type { PersonaRpc } from "@callmeback/shared/rpc/persona";
import { createPersona, getPersona, listPersonas } from "./personas.ts";

interface Env {
  DATABASE: DatabaseRpc;
}

export default class Personas extends WorkerEntrypoint<Env> implements PersonaRpc {
  list(context: Context, query: Parameters<PersonaRpc["list"]>[1]) {
    return listPersonas(this.env.DATABASE, context, query);
  }

  get(context: Context, id: string) {
    return getPersona(this.env.DATABASE, context, id);
  }

  create(context: UserContext, input: Parameters<PersonaRpc["create"]>[1]) {
    return createPersona(this.env.DATABASE, context, input);
  }

  async health() {
    await this.env.DATABASE.health();
  }
}
