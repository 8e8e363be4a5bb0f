// Call me now. The row is written before Twilio is asked; unique indexes decide who wins, code only explains why one lost.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import { callStatuses } from "@callmeback/shared/domain/call-state";
import { numberKind } from "@callmeback/shared/domain/numbers/kind";
import { centsPerMinute, connectionCents, dollars, tryOutSeconds } from "@callmeback/shared/domain/pricing";
import { rows, transact } from "@callmeback/shared/rpc/database";
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import {
  type AskerContext,
  type CallWish,
  explainRefusal,
  fingerprint,
  granted,
  valuesOf,
  wishFacts,
} from "./call-wish.ts";
import { dial } from "./dial.ts";
import type { CallDeps } from "./env.ts";
import { openGate } from "./gate-for-call.ts";
import { keepKey, newSealedKey } from "./recording/call-key.ts";

const callRow = z.object({
  id: z.string(),
  twilio_sid: z.string().nullable(),
  status: z.enum(callStatuses),
  persona_id: z.string().nullable(),
  phone_number: z.string(),
  created_at: z.string(),
  hold_cents: z.int(),
  max_seconds: z.int(),
  request_fingerprint: z.string(),
});
type CallRow = z.infer<typeof callRow>;

/** Two round trips, with Twilio between them; a third when the hold's webhook is late. */
export async function createCall(
  deps: CallDeps,
  context: AskerContext,
  wish: CallWish,
  idempotencyKey: string | null,
): Promise<RouteOutput<Contract["createCall"]>> {
  const id = uuidv7();
  const sealedKey = await newSealedKey(deps.cipher, id);
  const attempt = { id, fingerprint: await fingerprint(wish), idempotencyKey, sealedKey };
  let outcome = await claim(deps, context, wish, attempt);
  if (
    wish.payment_intent_id !== null &&
    outcome.call === undefined &&
    outcome.facts?.payment_state === "pending"
  ) {
    await deps.billing.refreshHold(context, wish.payment_intent_id);
    outcome = await claim(deps, context, wish, attempt);
  }
  const { call, facts, alive } = outcome;
  if (call === undefined) {
    await explainRefusal(deps, context, wish, facts);
    return refuseSecond(alive?.id);
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
  /** Of its recording, if there is to be one. */
  sealedKey: string;
}

/** Inserts the call where every condition holds, and reads what a refusal would need to explain itself. */
async function claim(deps: CallDeps, { actor, requestId }: AskerContext, wish: CallWish, attempt: Attempt) {
  const [, [call], [facts], [alive]] = await transact(
    deps.database,
    actor,
    rows(z.object({}))`
      insert into calls (id, tenant_id, user_id, origin, persona_id, persona, scenario, call_pretext, phone_number, payment_id,
        hold_cents, max_seconds, idempotency_key, request_fingerprint, gate, request_id)
      select ${attempt.id}, u.tenant_id, u.id, ${wish.payment_intent_id === null ? "try_out" : "dialled"}, p.id,
        jsonb_build_object('id', p.id, 'version', p.version, 'name', p.name, 'voice', p.voice,
          'system_prompt', p.system_prompt, 'greeting', p.greeting, 'recording', p.recording,
          'silence_seconds', p.silence_seconds, 'leaves_machines', p.leaves_machines,
          'functions', p.functions, 'tenant_id', p.tenant_id),
        case when t.id is not null then jsonb_build_object('id', t.id, 'name', t.name, 'opening', t.opening,
          'instructions', t.instructions, 'values', ${valuesOf(wish)}::jsonb) end,
        ${wish.call_pretext ?? null}, u.phone, m.id, m.amount_cents,
        coalesce(floor((m.amount_cents - ${connectionCents}::int) * 60.0 / ${centsPerMinute}::int)::int,
          ${tryOutSeconds}::int),
        ${attempt.idempotencyKey}, ${attempt.fingerprint}, ${openGate(numberKind(wish.phone_number))},
        ${requestId}
      from ${granted(wish)}
        -- The same wish again finds its call below; the hold's own guard is for others.
        and not exists (select from calls c where c.payment_id = m.id)
      on conflict do nothing`,
    rows(callRow)`
      select c.id, c.twilio_sid, c.status, c.persona->>'id' as persona_id, coalesce(c.phone_number, '') as phone_number,
        c.created_at, coalesce(c.hold_cents, 0) as hold_cents, coalesce(c.max_seconds, 0) as max_seconds,
        c.request_fingerprint
      from calls c where c.user_id = app.user_id() and c.id in (
        select p.id from calls p join payments m on m.id = p.payment_id
          where m.stripe_payment_intent_id = ${wish.payment_intent_id}
        union select ${attempt.id}::uuid
        union select k.id from calls k
          where k.user_id = app.user_id() and k.idempotency_key = ${attempt.idempotencyKey})
      limit 1`,
    wishFacts(wish),
    rows(z.object({ id: z.string() }))`
      select id from calls
      where user_id = app.user_id() and status in ('initiated', 'ringing', 'in-progress')`,
    keepKey(attempt.id, attempt.sealedKey),
  );
  return { call, facts, alive };
}

/** Nothing of the wish was wrong: another call is alive, or was a moment ago. */
function refuseSecond(aliveId: string | undefined): never {
  if (aliveId === undefined) {
    return fail("SERVICE_UNAVAILABLE", "The call could not be started just now. Try again.", {
      retryAfter: 1,
    });
  }
  return fail("CONCURRENT_CALLS", "You are in a call already. Hang up first.", {
    details: { call_id: aliveId },
  });
}

const answer = (call: CallRow) => ({
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
