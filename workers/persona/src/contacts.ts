// Contacts: at most fifty, each once, each a persona that its owner may see.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { type DatabaseRpc, rows, transact } from "@callmeback/shared/rpc/database";
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import { personaColumns, personaRow } from "./persona-row.ts";

const mostContacts = 50;

const contactRow = z.object({ id: z.string(), persona_id: z.string(), added_at: z.string() });

export async function listContacts(
  database: DatabaseRpc,
  { actor }: UserContext,
): Promise<RouteOutput<Contract["listContacts"]>> {
  const [found] = await transact(
    database,
    actor,
    rows(z.object({ contact_id: z.string(), added_at: z.string() }).and(personaRow))`
      select c.id as contact_id, c.added_at, p.* from contacts c
        join lateral (select ${personaColumns} from personas where id = c.persona_id) p on true
      where c.user_id = app.user_id() order by c.added_at desc, c.id`,
  );
  const contacts = found.map(({ contact_id, added_at, ...persona }) => ({
    id: contact_id,
    persona_id: persona.id,
    added_at,
    persona,
  }));
  return { contacts };
}

const factsRow = z.object({ can_see: z.boolean(), has_it: z.boolean() });

/** Counts under a lock of the person's own. Errors: `NOT_FOUND`, `ALREADY_EXISTS`, `MAX_CONTACTS`. */
export async function addContact(
  database: DatabaseRpc,
  { actor }: UserContext,
  personaId: string,
): Promise<RouteOutput<Contract["addContact"]>> {
  const [, [facts], [contact]] = await transact(
    database,
    actor,
    rows(
      z.object({}),
    )`select pg_advisory_xact_lock(hashtextextended('contacts:' || app.user_id()::text, 0))::text`,
    rows(factsRow)`
      select exists (select from personas where id = ${personaId}) as can_see,
        exists (select from contacts where user_id = app.user_id() and persona_id = ${personaId}) as has_it`,
    rows(contactRow)`
      insert into contacts (id, tenant_id, user_id, persona_id)
      select ${uuidv7()}, app.tenant_id(), app.user_id(), id from personas
      where id = ${personaId} and (select count(*) from contacts where user_id = app.user_id()) < ${mostContacts}::int
      on conflict do nothing
      returning id, persona_id, added_at`,
  );
  if (contact !== undefined) return { contact };
  if (!facts?.can_see) return fail("NOT_FOUND", "There is no such persona.");
  if (facts.has_it) return fail("ALREADY_EXISTS", "This persona is among your contacts already.");
  return fail("MAX_CONTACTS", `You have ${mostContacts} contacts, the most there can be. Remove one first.`);
}

/** Errors: `NOT_FOUND` when it is no contact. */
export async function removeContact(
  database: DatabaseRpc,
  { actor }: UserContext,
  personaId: string,
): Promise<RouteOutput<Contract["removeContact"]>> {
  const [[removed]] = await transact(
    database,
    actor,
    rows(z.object({ id: z.string() }))`
      delete from contacts where user_id = app.user_id() and persona_id = ${personaId} returning id`,
  );
  return removed === undefined
    ? fail("NOT_FOUND", "This persona is not among your contacts.")
    : { message: "Removed from contacts" };
}
