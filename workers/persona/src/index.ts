// Personas, contacts, scenario templates. Thin: each noun has its file.
import { WorkerEntrypoint } from "cloudflare:workers";
import { followRequests } from "@callmeback/shared/domain/request-id";
import type { AdminContext, Context, UserContext } from "@callmeback/shared/rpc/context";
import type { DatabaseRpc } from "@callmeback/shared/rpc/database";
import type { PersonaRpc } from "@callmeback/shared/rpc/persona";
import { erasePersonas, exportPersonas } from "./account.ts";
import {
  adminCreatePersona,
  adminDeletePersona,
  adminListPersonas,
  adminUpdatePersona,
} from "./admin-personas.ts";
import { deletePersona, updatePersona } from "./change-persona.ts";
import { addContact, listContacts, removeContact } from "./contacts.ts";
import { createPersona } from "./create-persona.ts";
import { getPersona, listPersonas } from "./list-personas.ts";
import {
  createTemplate,
  deleteTemplate,
  getTemplate,
  listTemplates,
  updateTemplate,
} from "./scenario-templates.ts";

interface Env {
  DATABASE: DatabaseRpc;
}

type Verb<N extends keyof PersonaRpc> = Parameters<PersonaRpc[N]>;

class Personas extends WorkerEntrypoint<Env> implements PersonaRpc {
  list(context: Context, query: Verb<"list">[1]) {
    return listPersonas(this.env.DATABASE, context, query);
  }

  get(context: Context, id: string) {
    return getPersona(this.env.DATABASE, context, id);
  }

  create(context: UserContext, input: Verb<"create">[1]) {
    return createPersona(this.env.DATABASE, context, input);
  }

  update(context: UserContext, id: string, input: Verb<"update">[2]) {
    return updatePersona(this.env.DATABASE, context, id, input);
  }

  delete(context: UserContext, id: string) {
    return deletePersona(this.env.DATABASE, context, id);
  }

  listContacts(context: UserContext) {
    return listContacts(this.env.DATABASE, context);
  }

  addContact(context: UserContext, personaId: string) {
    return addContact(this.env.DATABASE, context, personaId);
  }

  removeContact(context: UserContext, personaId: string) {
    return removeContact(this.env.DATABASE, context, personaId);
  }

  listTemplates(context: UserContext, query: Verb<"listTemplates">[1]) {
    return listTemplates(this.env.DATABASE, context, query);
  }

  getTemplate(context: UserContext, id: string) {
    return getTemplate(this.env.DATABASE, context, id);
  }

  createTemplate(context: UserContext, input: Verb<"createTemplate">[1]) {
    return createTemplate(this.env.DATABASE, context, input);
  }

  updateTemplate(context: UserContext, id: string, input: Verb<"updateTemplate">[2]) {
    return updateTemplate(this.env.DATABASE, context, id, input);
  }

  deleteTemplate(context: UserContext, id: string) {
    return deleteTemplate(this.env.DATABASE, context, id);
  }

  adminList(context: AdminContext, query: Verb<"adminList">[1]) {
    return adminListPersonas(this.env.DATABASE, context, query);
  }

  adminCreate(context: AdminContext, input: Verb<"adminCreate">[1]) {
    return adminCreatePersona(this.env.DATABASE, context, input);
  }

  adminUpdate(context: AdminContext, id: string, input: Verb<"adminUpdate">[2]) {
    return adminUpdatePersona(this.env.DATABASE, context, id, input);
  }

  adminDelete(context: AdminContext, id: string) {
    return adminDeletePersona(this.env.DATABASE, context, id);
  }

  exportPersonas(context: UserContext) {
    return exportPersonas(this.env.DATABASE, context);
  }

  erasePersonas(_context: Context, userId: string) {
    return erasePersonas(this.env.DATABASE, userId);
  }

  async health() {
    await this.env.DATABASE.health();
  }
}

followRequests(Personas);
export default Personas;
