// What somebody wishes when they ask for a call, now or on another day: the conditions under which SQL grants it,
// and the words for each way in which it is refused.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput } from "@callmeback/shared/contract/route";
import { numberKind } from "@callmeback/shared/domain/numbers/kind";
import { holdCents } from "@callmeback/shared/domain/pricing";
import type { Context, PersonActor, UserActor } from "@callmeback/shared/rpc/context";
import { rows, sql } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "./env.ts";
import { sha256 } from "./fingerprint.ts";
import { gateFacts, gateFactsRow, gateIsOpen, refuseAtGate } from "./gate-for-call.ts";
import { refusedScenario, scenarioFits, templateVariable } from "./scenario-for-call.ts";
import { mayTryOut, refuseForeignTryOut, refuseTooMany, tryOutFacts, tryOutFactsRow } from "./try-out.ts";

type PaidWish = RouteInput<Contract["createCall"]>["body"];

/** Without a hold it is a try-out. */
export type CallWish = Omit<PaidWish, "payment_intent_id"> & { payment_intent_id: string | null };

/** Somebody who is here, or the house on behalf of somebody who is not. */
export type AskerContext = Context<UserActor | PersonActor>;

/** The least a hold must cover: a minute of conversation. */
const leastHoldCents = holdCents(1);

export const valuesOf = (wish: CallWish) => JSON.stringify(wish.variables ?? {});

/** Where the wish comes from: person `u`, persona `p`, hold `m`, template `t`; no row unless all of it may be. */
export const granted = (wish: CallWish) => sql`
  users u
    join personas p on p.id = ${wish.persona_id}
    left join payments m on m.stripe_payment_intent_id = ${wish.payment_intent_id} and m.user_id = u.id
    left join scenario_templates t on t.id = ${wish.scenario_template_id ?? null}::uuid
  where u.id = app.user_id() and u.phone = ${wish.phone_number} and u.phone_verified_at is not null
    and ${gateIsOpen(numberKind(wish.phone_number))}
    and ${scenarioFits(wish.scenario_template_id ?? null, valuesOf(wish))}
    and ${wish.payment_intent_id === null ? mayTryOut : sql`m.state = 'held' and m.amount_cents >= ${leastHoldCents}::int`}`;

const factsRow = z.object({
  phone: z.string(),
  phone_verified: z.boolean(),
  persona_name: z.string().nullable(),
  payment_state: z.string().nullable(),
  amount_cents: z.int().nullable(),
  template_variables: z.array(templateVariable).nullable(),
  ...gateFactsRow,
  ...tryOutFactsRow,
});
export type WishFacts = z.infer<typeof factsRow>;

/** What a refusal needs to explain itself. */
export const wishFacts = (wish: CallWish) => rows(factsRow)`
  select u.phone, u.phone_verified_at is not null as phone_verified, p.name as persona_name,
    m.state as payment_state, m.amount_cents, t.variables as template_variables, ${gateFacts},
    ${tryOutFacts}
  from users u
    left join personas p on p.id = ${wish.persona_id}
    left join payments m on m.stripe_payment_intent_id = ${wish.payment_intent_id} and m.user_id = u.id
    left join scenario_templates t on t.id = ${wish.scenario_template_id ?? null}::uuid
  where u.id = app.user_id()`;

/** The same wish has the same fingerprint, in whatever order its fields came. SHA-256, hexadecimal. */
export const fingerprint = (wish: object) =>
  sha256(JSON.stringify(Object.fromEntries(Object.entries(wish).sort(([a], [b]) => (a < b ? -1 : 1)))));

/**
 * Fails with what keeps the wish from being granted; returns when nothing of it does. A refusal of the gate is kept.
 * Errors: `VALIDATION_ERROR`, `PHONE_NOT_VERIFIED`, `CALL_BLOCKED`, `PAYMENT_REQUIRED`, `PAYMENT_FAILED`;
 * of a try-out `NOT_FOUND`, `FORBIDDEN`, `MAX_TRY_OUTS`.
 */
export async function explainRefusal(
  deps: CallDeps,
  context: AskerContext,
  wish: CallWish,
  facts: WishFacts | undefined,
): Promise<void> {
  if (facts === undefined) return fail("INVALID_TOKEN", "This token belongs to nobody. Log in again.");
  const scenario = refusedScenario(wish, facts.template_variables);
  if (scenario.length > 0) {
    return fail("VALIDATION_ERROR", "The scenario does not fit.", { details: { fields: scenario } });
  }
  const isTryOut = wish.payment_intent_id === null;
  if (isTryOut) refuseForeignTryOut(facts);
  if (facts.persona_name === null) {
    const fields = [{ path: "persona_id", message: "is not a persona that you can call" }];
    return fail("VALIDATION_ERROR", "The request is not valid.", { details: { fields } });
  }
  if (facts.phone !== wish.phone_number || !facts.phone_verified) {
    return fail(
      "PHONE_NOT_VERIFIED",
      "Verify this phone number first; a call goes only to your own verified number.",
    );
  }
  await refuseAtGate(deps, context, wish.phone_number, facts);
  if (isTryOut) return refuseTooMany(facts);
  if (facts.payment_state === null || facts.amount_cents === null) {
    return fail("PAYMENT_REQUIRED", "This payment intent is not one of yours. Create one first.");
  }
  if (facts.payment_state !== "held") {
    return fail("PAYMENT_FAILED", "This payment intent does not hold the money. Create a new one.");
  }
  if (facts.amount_cents < leastHoldCents) {
    return fail(
      "PAYMENT_REQUIRED",
      "This payment intent holds too little for a minute. Create a larger one.",
    );
  }
}
