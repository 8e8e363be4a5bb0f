// A persona of one's own, changed or deleted. The guard stands in the statement; what is read beside it only explains a refusal.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import { isPremiumVoice } from "@callmeback/shared/domain/voices";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { type DatabaseRpc, rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { personaColumns, personaRow } from "./persona-row.ts";
import { refuseDuplicate } from "./refuse-duplicate.ts";

const factsRow = z.object({ owner_id: z.string().nullable() });

/** Read before the change, so that a refusal can be explained. */
const facts = (id: string) => rows(factsRow)`select user_id as owner_id from personas where id = ${id}`;

/** Errors: `NOT_FOUND` when it cannot be seen, `FORBIDDEN` when it can but belongs to the system or somebody else. */
function refuseForeign(found: z.infer<typeof factsRow> | undefined, userId: string): void {
  if (found === undefined) fail("NOT_FOUND", "There is no such persona.");
  if (found.owner_id === null)
    fail("FORBIDDEN", "This persona belongs to CallMeBack. Create one of your own.");
  if (found.owner_id !== userId) fail("FORBIDDEN", "This persona belongs to somebody else.");
}

/** Errors: `NOT_FOUND`, `FORBIDDEN`, `DUPLICATE_NAME`, `PAYMENT_REQUIRED` for a premium voice on the free plan. */
export async function updatePersona(
  database: DatabaseRpc,
  { actor }: UserContext,
  id: string,
  input: RouteInput<Contract["updatePersona"]>["body"],
): Promise<RouteOutput<Contract["updatePersona"]>> {
  const wantsPremium = input.voice !== undefined && isPremiumVoice(input.voice);
  const [[found], [persona]] = await transact(
    database,
    actor,
    facts(id),
    rows(personaRow)`
      update personas set name = coalesce(${input.name ?? null}, name),
        description = coalesce(${input.description ?? null}, description),
        voice = coalesce(${input.voice ?? null}, voice),
        system_prompt = coalesce(${input.system_prompt ?? null}, system_prompt),
        is_public = coalesce(${input.is_public ?? null}::boolean, is_public),
        tags = coalesce(${input.tags ?? null}::text[], tags),
        greeting = case when ${input.greeting !== undefined}::boolean then ${input.greeting ?? null} else greeting end,
        recording = coalesce(${input.recording ?? null}::boolean, recording),
        silence_seconds = coalesce(${input.silence_seconds ?? null}::int, silence_seconds),
        leaves_machines = coalesce(${input.leaves_machines ?? null}::boolean, leaves_machines),
        functions = coalesce(${input.functions === undefined ? null : JSON.stringify(input.functions)}::jsonb, functions),
        version = version + 1, updated_at = now()
      where id = ${id} and user_id = app.user_id()
        and (not ${wantsPremium}::boolean or voice = ${input.voice ?? null}
          or exists (select from users u where u.id = app.user_id() and u.plan = 'premium'))
      returning ${personaColumns}`,
  ).catch(refuseDuplicate);
  if (persona !== undefined) return { persona };
  refuseForeign(found, actor.userId);
  return fail("PAYMENT_REQUIRED", "This voice is for premium users. Choose another voice or upgrade.");
}

/** Errors: `NOT_FOUND`, `FORBIDDEN`, `PERSONA_IN_USE` (raised by the database) while calls with it are scheduled. */
export async function deletePersona(
  database: DatabaseRpc,
  { actor }: UserContext,
  id: string,
): Promise<RouteOutput<Contract["deletePersona"]>> {
  const [[found], [deleted]] = await transact(
    database,
    actor,
    facts(id),
    rows(z.object({ id: z.string() }))`
      delete from personas where id = ${id} and user_id = app.user_id() returning id`,
  );
  if (deleted === undefined) refuseForeign(found, actor.userId);
  return { message: "Persona deleted successfully" };
}
