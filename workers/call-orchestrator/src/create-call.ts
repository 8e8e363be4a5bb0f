// Call me now. The row is written before Twilio is asked; unique indexes decide who wins, code only explains why one lost.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import { logFault } from "@callmeback/shared/domain/log";
import { numberKind } from "@callmeback/shared/domain/number-kind";
import {
  centsPerMinute,
  connectionCents,
  dollars,
  holdCents,
  secondsPaidBy,
} from "@callmeback/shared/domain/pricing";
import { system, type UserContext } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import { concludeStatements } from "./conclude.ts";
import type { CallDeps } from "./env.ts";
import { sha256 } from "./fingerprint.ts";
import { gateFacts, gateFactsRow, gateIsOpen, openGate, refuseAtGate } from "./gate-for-call.ts";
import { refusedScenario, scenarioFits, templateVariable } from "./scenario-for-call.ts";
import { settleOwed } from "./settle-owed.ts";
import { TwilioRefusal } from "./twilio.ts";

type Input = RouteInput<Contract["createCall"]>["body"];
type Answer = RouteOutput<Contract["createCall"]>;

/** The least a hold must cover: a minute of conversation. */
const leastHoldCents = holdCents(1);

const callRow = z.object({
  id: z.string(),
  twilio_sid: z.string().nullable(),
  status: z.enum(["initiated", "ringing", "in-progress", "completed", "failed", "canceled"]),
  persona_id: z.string().nullable(),
  phone_number: z.string(),
  created_at: z.string(),
  hold_cents: z.int(),
  request_fingerprint: z.string(),
});
type CallRow = z.infer<typeof callRow>;

const factsRow = z.object({
  phone: z.string(),
  phone_verified: z.boolean(),
  persona_name: z.string().nullable(),
  payment_state: z.string().nullable(),
  amount_cents: z.int().nullable(),
  alive_call_id: z.string().nullable(),
  template_variables: z.array(templateVariable).nullable(),
  ...gateFactsRow,
});
type Facts = z.infer<typeof factsRow>;

/** Two round trips, with Twilio between them; a third when the hold's webhook is late. */
export async function createCall(
  deps: CallDeps,
  context: UserContext,
  input: Input,
  idempotencyKey: string | null,
): Promise<Answer> {
  const attempt = { id: uuidv7(), fingerprint: await sha256(JSON.stringify(sorted(input))), idempotencyKey };
  let outcome = await claim(deps, context, input, attempt);
  if (outcome.call === undefined && outcome.facts?.payment_state === "pending") {
    await deps.billing.refreshHold(context, input.payment_intent_id);
    outcome = await claim(deps, context, input, attempt);
  }
  const { call, facts } = outcome;
  if (call === undefined) {
    if (facts !== undefined && isOwnVerified(input, facts)) {
      await refuseAtGate(deps, context, input.phone_number, facts);
    }
    return explain(input, facts);
  }
  if (call.request_fingerprint !== attempt.fingerprint) {
    return fail(
      "IDEMPOTENCY_CONFLICT",
      "This payment intent or idempotency key was used for another call. Make a new one.",
    );
  }
  if (call.id !== attempt.id) return answer(call);
  return answer({ ...call, twilio_sid: await dial(deps, call) });
}

interface Attempt {
  id: string;
  fingerprint: string;
  idempotencyKey: string | null;
}

/** Inserts the call where every condition holds, and reads what a refusal would need to explain itself. */
async function claim(deps: CallDeps, { actor }: UserContext, input: Input, attempt: Attempt) {
  const template = input.scenario_template_id ?? null;
  const values = JSON.stringify(input.variables ?? {});
  const kind = numberKind(input.phone_number);
  const [, [call], [facts]] = await transact(
    deps.database,
    actor,
    rows(z.object({}))`
      insert into calls (id, tenant_id, user_id, persona_id, persona, scenario, call_pretext, phone_number, payment_id,
        hold_cents, max_seconds, idempotency_key, request_fingerprint, gate)
      select ${attempt.id}, u.tenant_id, u.id, p.id,
        jsonb_build_object('id', p.id, 'version', p.version, 'name', p.name, 'voice', p.voice,
          'system_prompt', p.system_prompt, 'greeting', p.greeting),
        case when t.id is not null then jsonb_build_object('id', t.id, 'name', t.name, 'opening', t.opening,
          'instructions', t.instructions, 'values', ${values}::jsonb) end,
        ${input.call_pretext ?? null}, u.phone, m.id, m.amount_cents,
        floor((m.amount_cents - ${connectionCents}::int) * 60.0 / ${centsPerMinute}::int)::int,
        ${attempt.idempotencyKey}, ${attempt.fingerprint}, ${openGate(kind)}
      from users u
        join personas p on p.id = ${input.persona_id}
        join payments m on m.stripe_payment_intent_id = ${input.payment_intent_id} and m.user_id = u.id
        left join scenario_templates t on t.id = ${template}::uuid
      where u.id = app.user_id() and ${scenarioFits(template, values)} and u.phone = ${input.phone_number} and u.phone_verified_at is not null
        and ${gateIsOpen(kind)} and m.state = 'held' and m.amount_cents >= ${leastHoldCents}::int
      on conflict do nothing`,
    rows(callRow)`
      select c.id, c.twilio_sid, c.status, c.persona->>'id' as persona_id, c.phone_number, c.created_at, c.hold_cents,
        c.request_fingerprint
      from calls c join payments m on m.id = c.payment_id
      where c.user_id = app.user_id()
        and (m.stripe_payment_intent_id = ${input.payment_intent_id} or c.idempotency_key = ${attempt.idempotencyKey})
      limit 1`,
    rows(factsRow)`
      select u.phone, u.phone_verified_at is not null as phone_verified, p.name as persona_name,
        m.state as payment_state, m.amount_cents, t.variables as template_variables, ${gateFacts},
        (select c.id from calls c where c.user_id = u.id and c.status in ('initiated', 'ringing', 'in-progress'))
          as alive_call_id
      from users u
        left join personas p on p.id = ${input.persona_id}
        left join payments m on m.stripe_payment_intent_id = ${input.payment_intent_id} and m.user_id = u.id
        left join scenario_templates t on t.id = ${template}::uuid
      where u.id = app.user_id()`,
  );
  return { call, facts };
}

const isOwnVerified = (input: Input, facts: Facts) =>
  facts.phone === input.phone_number && facts.phone_verified;

function explain(input: Input, facts: Facts | undefined): never {
  if (facts === undefined) return fail("INVALID_TOKEN", "This token belongs to nobody. Log in again.");
  const invalid = (path: string, message: string) =>
    fail("VALIDATION_ERROR", "The request is not valid.", { details: { fields: [{ path, message }] } });
  const scenario = refusedScenario(input, facts.template_variables);
  if (scenario.length > 0) {
    return fail("VALIDATION_ERROR", "The scenario does not fit.", { details: { fields: scenario } });
  }
  if (facts.persona_name === null) return invalid("persona_id", "is not a persona that you can call");
  if (!isOwnVerified(input, facts)) {
    return fail(
      "PHONE_NOT_VERIFIED",
      "Verify this phone number first; a call goes only to your own verified number.",
    );
  }
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
  if (facts.alive_call_id !== null) {
    return fail("CONCURRENT_CALLS", "You are in a call already. Hang up first.", {
      details: { call_id: facts.alive_call_id },
    });
  }
  return fail("SERVICE_UNAVAILABLE", "The call could not be started just now. Try again.", { retryAfter: 1 });
}

/** Asks Twilio, once. A refusal ends the call as `failed` and owes the release of the hold. Returns Twilio's id. */
async function dial(deps: CallDeps, call: CallRow): Promise<string> {
  try {
    const twilioCall = await deps.twilio.placeCall({
      to: call.phone_number,
      answerUrl: `${deps.publicUrl}/api/voice/answer?call_id=${call.id}`,
      statusUrl: `${deps.publicUrl}/api/voice/status?call_id=${call.id}`,
      timeLimitSeconds: secondsPaidBy(call.hold_cents),
    });
    await transact(
      deps.database,
      system,
      rows(z.object({}))`
        update calls set twilio_sid = ${twilioCall.sid} where id = ${call.id} and twilio_sid is null`,
    );
    return twilioCall.sid;
  } catch (error) {
    logFault({ worker: "call-orchestrator", event: "twilio did not take a call", callId: call.id }, error);
    // Only a clear no ends the call here: after a time-out Twilio may be dialling, and the sweep finds out.
    if (!(error instanceof TwilioRefusal)) {
      return fail("TWILIO_ERROR", "The telephone provider did not answer. The call may still come.", {
        retryAfter: 60,
      });
    }
    await transact(
      deps.database,
      system,
      rows(z.object({}))`
        update calls set carrier_status = 'failed', carrier_ended_at = now(), carrier_price_cents = 0
        where id = ${call.id} and carrier_status is null`,
      ...concludeStatements(call.id),
    );
    await settleOwed(deps, call.id);
    return fail("TWILIO_ERROR", "The telephone provider refused this call. Nothing was charged.");
  }
}

const answer = (call: CallRow): Answer => ({
  call: {
    id: call.id,
    sid: call.twilio_sid,
    status: call.status,
    persona_id: call.persona_id ?? "",
    phone_number: call.phone_number,
    created_at: call.created_at,
    estimated_cost: dollars(call.hold_cents),
  },
});

const sorted = (input: Input) =>
  Object.fromEntries(Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1)));
