// A new persona, within the number that the person's plan allows.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import { isPremiumVoice } from "@callmeback/shared/domain/voices";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { type DatabaseRpc, rows, transact } from "@callmeback/shared/rpc/database";
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import { personaColumns, personaRow } from "./persona-row.ts";
import { refuseDuplicate } from "./refuse-duplicate.ts";

const mostPersonas = { free: 10, premium: 50 };

const ownerRow = z.object({ plan: z.enum(["free", "premium"]), personas: z.int() });

/**
 * Errors: `DUPLICATE_NAME`, `PAYMENT_REQUIRED` for a premium voice on the free plan, `MAX_PERSONAS`.
 * The insert counts under a lock of the person's own, so that two at once cannot pass the limit.
 */
export async function createPersona(
  database: DatabaseRpc,
  { actor }: UserContext,
  input: RouteInput<Contract["createPersona"]>["body"],
): Promise<RouteOutput<Contract["createPersona"]>> {
  const isPremium = isPremiumVoice(input.voice);
  const [, [persona], [owner]] = await transact(
    database,
    actor,
    rows(
      z.object({}),
    )`select pg_advisory_xact_lock(hashtextextended('personas:' || app.user_id()::text, 0))::text`,
    rows(personaRow)`
        insert into personas (id, tenant_id, user_id, name, description, voice, system_prompt, is_public, tags, greeting,
          recording, silence_seconds, leaves_machines, functions)
        select ${uuidv7()}, u.tenant_id, u.id, ${input.name}, ${input.description}, ${input.voice},
          ${input.system_prompt}, ${input.is_public}::boolean, ${input.tags}::text[], ${input.greeting},
          ${input.recording}::boolean, ${input.silence_seconds}::int, ${input.leaves_machines}::boolean,
          ${JSON.stringify(input.functions)}::jsonb
        from users u
        where u.id = app.user_id() and (u.plan = 'premium' or not ${isPremium}::boolean)
          and (select count(*) from personas p where p.user_id = u.id)
            < case u.plan when 'premium' then ${mostPersonas.premium}::int else ${mostPersonas.free}::int end
        returning ${personaColumns}`,
    rows(ownerRow)`
        select plan, (select count(*) from personas p where p.user_id = u.id) as personas
        from users u where u.id = app.user_id()`,
  ).catch(refuseDuplicate);
  if (persona !== undefined) return { persona };
  if (isPremium && owner?.plan === "free") {
    return fail("PAYMENT_REQUIRED", "This voice is for premium users. Choose another voice or upgrade.");
  }
  const most = mostPersonas[owner?.plan ?? "free"];
  return fail("MAX_PERSONAS", `You have ${most} personas, the most your plan allows. Delete one first.`);
}
