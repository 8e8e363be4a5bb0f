// The gate of a call in the statement that makes it: SQL lets it through or not, under the same facts that the pure
// function judges. What it let through is kept with the call, what it refused in a table of its own.
import { fail } from "@callmeback/shared/contract/errors";
import { type GateFacts, gate } from "@callmeback/shared/domain/gate";
import { type NumberKind, numberKind } from "@callmeback/shared/domain/numbers/kind";
import { rows, sql, transact } from "@callmeback/shared/rpc/database";
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import type { AskerContext } from "./call-wish.ts";
import type { CallDeps } from "./env.ts";

export const gateFactsRow = {
  has_consent: z.boolean(),
  is_suppressed: z.boolean(),
  time_zone: z.string(),
};

const hasConsent = sql`exists (select from consents k where k.user_id = u.id and k.kind = 'terms')`;

/** The columns of `gateFactsRow`, from `users u`. */
export const gateFacts = sql`${hasConsent} as has_consent, app.is_suppressed(u.phone) as is_suppressed, u.time_zone`;

/** True where person `u`, who asked for the call and whose verified number it goes to, may be called. */
export const gateIsOpen = (kind: NumberKind) =>
  sql`${kind === "ordinary"}::boolean and ${hasConsent} and not app.is_suppressed(u.phone)`;

/** The decision as it is kept with the call. */
export const openGate = (kind: NumberKind) => sql`
  jsonb_build_object('allowed', true, 'at', now(), 'facts', jsonb_build_object('number_kind', ${kind}::text,
    'is_verified', true, 'has_consent', true, 'is_suppressed', false, 'is_asked_by_callee', true, 'time_zone', u.time_zone))`;

interface FactsOfCall {
  has_consent: boolean;
  is_suppressed: boolean;
  time_zone: string;
}

/** Keeps and explains a refusal; returns when it was not the gate that refused. Errors: `CALL_BLOCKED`. */
export async function refuseAtGate(
  { database }: CallDeps,
  { actor }: AskerContext,
  phone: string,
  facts: FactsOfCall,
): Promise<void> {
  const judged: GateFacts = {
    numberKind: numberKind(phone),
    isVerified: true,
    hasConsent: facts.has_consent,
    isSuppressed: facts.is_suppressed,
    isAskedByCallee: true,
    timeZone: facts.time_zone,
    now: new Date(),
  };
  const { isAllowed, reasons, nextAllowedAt } = gate(judged);
  if (isAllowed) return;
  const next = nextAllowedAt?.toISOString() ?? null;
  await transact(
    database,
    actor,
    rows(z.object({}))`
      insert into gate_refusals (id, tenant_id, user_id, phone_number, reasons, facts, next_allowed_at)
      values (${uuidv7()}, app.tenant_id(), app.user_id(), ${phone}, ${reasons}::text[],
        ${JSON.stringify(judged)}::jsonb, ${next}::timestamptz)`,
  );
  fail("CALL_BLOCKED", "This number may not be called.", {
    details: { reasons, ...(next === null ? {} : { next_allowed_at: next }) },
  });
}
