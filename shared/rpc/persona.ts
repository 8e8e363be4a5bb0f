// The interface of the persona Worker: personas, contacts, scenario templates.
import type { Contract } from "../contract/index.ts";
import type { RouteInput, RouteOutput } from "../contract/route.ts";
import type { AdminContext, Context, UserContext } from "./context.ts";

type Body<N extends keyof Contract> = RouteInput<Contract[N]>["body"];
type Query<N extends keyof Contract> = RouteInput<Contract[N]>["query"];
type Answer<N extends keyof Contract> = RouteOutput<Contract[N]>;

export interface PersonaRpc {
  list(context: Context, query: Query<"listPersonas">): Promise<Answer<"listPersonas">>;
  /** Errors: `NOT_FOUND`, also for somebody else's private persona. */
  get(context: Context, id: string): Promise<Answer<"getPersona">>;
  /** Errors: `DUPLICATE_NAME`, `PAYMENT_REQUIRED`, `MAX_PERSONAS`. */
  create(context: UserContext, input: Body<"createPersona">): Promise<Answer<"createPersona">>;
  /** Errors: `NOT_FOUND`, `FORBIDDEN`, `DUPLICATE_NAME`, `PAYMENT_REQUIRED`. */
  update(context: UserContext, id: string, input: Body<"updatePersona">): Promise<Answer<"updatePersona">>;
  /** Errors: `NOT_FOUND`, `FORBIDDEN`, `PERSONA_IN_USE`. */
  delete(context: UserContext, id: string): Promise<Answer<"deletePersona">>;

  listContacts(context: UserContext): Promise<Answer<"listContacts">>;
  /** Errors: `NOT_FOUND`, `ALREADY_EXISTS`, `MAX_CONTACTS`. */
  addContact(context: UserContext, personaId: string): Promise<Answer<"addContact">>;
  /** Errors: `NOT_FOUND`. */
  removeContact(context: UserContext, personaId: string): Promise<Answer<"removeContact">>;

  listTemplates(
    context: UserContext,
    query: Query<"listScenarioTemplates">,
  ): Promise<Answer<"listScenarioTemplates">>;
  /** Errors: `NOT_FOUND`. */
  getTemplate(context: UserContext, id: string): Promise<Answer<"getScenarioTemplate">>;
  /** Errors: `DUPLICATE_NAME`, `MAX_TEMPLATES`. */
  createTemplate(
    context: UserContext,
    input: Body<"createScenarioTemplate">,
  ): Promise<Answer<"createScenarioTemplate">>;
  /** Errors: `NOT_FOUND`, `FORBIDDEN`, `DUPLICATE_NAME`. */
  updateTemplate(
    context: UserContext,
    id: string,
    input: Body<"updateScenarioTemplate">,
  ): Promise<Answer<"updateScenarioTemplate">>;
  /** Errors: `NOT_FOUND`, `FORBIDDEN`. */
  deleteTemplate(context: UserContext, id: string): Promise<Answer<"deleteScenarioTemplate">>;

  adminList(context: AdminContext, query: Query<"adminListPersonas">): Promise<Answer<"adminListPersonas">>;
  adminCreate(
    context: AdminContext,
    input: Body<"adminCreatePersona">,
  ): Promise<Answer<"adminCreatePersona">>;
  /** Errors: `NOT_FOUND`. */
  adminUpdate(
    context: AdminContext,
    id: string,
    input: Body<"adminUpdatePersona">,
  ): Promise<Answer<"adminUpdatePersona">>;
  /** Errors: `NOT_FOUND`, `PERSONA_IN_USE`. */
  adminDelete(context: AdminContext, id: string): Promise<Answer<"adminDeletePersona">>;
  exportPersonas(context: UserContext): Promise<Answer<"exportAccount">["personas"]>;
  /** Errors: `PERSONA_IN_USE` while somebody else has scheduled one of theirs. */
  erasePersonas(context: Context, userId: string): Promise<void>;
  health(): Promise<void>;
}
