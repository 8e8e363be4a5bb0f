// Calls as their owner sees them: the list and one in full. One round trip each; transcripts are opened here.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import { endReason, fault, turnLatency } from "@callmeback/shared/contract/voice";
import { callStatuses } from "@callmeback/shared/domain/call-state";
import { dollars } from "@callmeback/shared/domain/pricing";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { type Fragment, rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { costLines, useOfCall } from "./call-costs.ts";
import type { CallDeps } from "./env.ts";

const turnRow = z.object({
  call_id: z.string(),
  seq: z.int(),
  speaker: z.enum(["caller", "persona"]),
  encrypted_text: z.string(),
  started_at: z.string(),
  ended_at: z.string(),
  interrupted: z.boolean(),
  latency: turnLatency.nullable(),
});

export const callRow = z.object({
  id: z.string(),
  user_id: z.string(),
  persona_id: z.string().nullable(),
  persona_name: z.string(),
  phone_number: z.string(),
  status: z.enum(callStatuses),
  end_reason: endReason.nullable(),
  fault: fault.nullable(),
  created_at: z.string(),
  answered_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  duration_seconds: z.int().nullable(),
  cost_cents: z.int().nullable(),
  twilio_sid: z.string().nullable(),
});

export const callColumns = sql`c.id, c.user_id, c.persona_id, c.persona->>'name' as persona_name, coalesce(c.phone_number, '') as phone_number, c.status,
  c.end_reason, c.fault, c.created_at, c.answered_at, c.ended_at, c.duration_seconds, c.cost_cents, c.twilio_sid`;

const turnColumns = sql`t.call_id, t.seq, t.speaker, t.encrypted_text, t.started_at, t.ended_at, t.interrupted, t.latency`;

const orders: Readonly<Record<string, Fragment>> = {
  date_desc: sql`c.created_at desc, c.id desc`,
  date_asc: sql`c.created_at, c.id`,
  cost_desc: sql`c.cost_cents desc nulls last, c.id desc`,
  cost_asc: sql`c.cost_cents nulls last, c.id`,
};

/** What a person is told about an unhappy end. */
const unhappyEnds: Readonly<Record<string, string>> = {
  busy: "The line was busy. Nothing was charged.",
  no_answer: "Nobody answered. Nothing was charged.",
  declined: "The call was declined. Nothing was charged.",
  carrier_error: "The carrier could not connect the call. Nothing was charged.",
  provider_error: "A service we depend on failed. Nothing was charged.",
  node_lost: "The call was lost by a fault of ours. Nothing was charged.",
  internal_error: "The call failed by a fault of ours. Nothing was charged.",
};

export async function listCalls(
  { database, cipher }: CallDeps,
  { actor }: UserContext,
  query: RouteInput<Contract["listCalls"]>["query"],
): Promise<RouteOutput<Contract["listCalls"]>> {
  const matching = sql`c.user_id = app.user_id()
    and (${query.status ?? null}::text is null or c.status = ${query.status ?? null})
    and (${query.from_date ?? null}::timestamptz is null or c.created_at >= ${query.from_date ?? null}::timestamptz)
    and (${query.to_date ?? null}::timestamptz is null or c.created_at <= ${query.to_date ?? null}::timestamptz)`;
  const page = sql`select ${callColumns} from calls c where ${matching}
    order by ${orders[query.sort] ?? sql`c.created_at desc, c.id desc`}
    limit ${query.limit} offset ${(query.page - 1) * query.limit}`;
  const [calls, turns, [count]] = await transact(
    database,
    actor,
    rows(callRow)`${page}`,
    rows(
      turnRow,
    )`select ${turnColumns} from call_turns t where t.call_id in (select id from (${page}) p) order by t.call_id, t.seq`,
    rows(z.object({ total: z.int() }))`select count(*) as total from calls c where ${matching}`,
  );
  const opened = await openTurns(cipher, turns);
  const total = count?.total ?? 0;
  return {
    calls: calls.map((call) => presentCall(call, opened)),
    pagination: { page: query.page, limit: query.limit, total, pages: Math.ceil(total / query.limit) },
  };
}

const paymentRow = z.object({
  stripe_payment_intent_id: z.string(),
  state: z.enum(["pending", "held", "capturing", "captured", "releasing", "released", "refunded", "failed"]),
  amount_cents: z.int(),
  capture_cents: z.int().nullable(),
  currency: z.string(),
});

/** Errors: `NOT_FOUND`, also for somebody else's call. */
export async function getCall(
  { database, cipher, costs }: CallDeps,
  { actor }: UserContext,
  id: string,
): Promise<RouteOutput<Contract["getCall"]>> {
  const [[call], turns, [payment], [use]] = await transact(
    database,
    actor,
    rows(callRow)`select ${callColumns} from calls c where c.id = ${id} and c.user_id = app.user_id()`,
    rows(turnRow)`select ${turnColumns} from call_turns t where t.call_id = ${id} order by t.seq`,
    rows(paymentRow)`
      select m.stripe_payment_intent_id, m.state, m.amount_cents, m.capture_cents, m.currency
      from payments m join calls c on c.payment_id = m.id where c.id = ${id}`,
    useOfCall(id),
  );
  if (call === undefined || payment === undefined) return fail("NOT_FOUND", "There is no such call.");
  const opened = await openTurns(cipher, turns);
  const isSettled = payment.state === "captured" || payment.state === "released";
  const capturedCents = payment.state === "captured" ? (payment.capture_cents ?? 0) : 0;
  return {
    call: {
      ...presentCall(call, opened),
      costs: use === undefined ? [] : costLines(use, costs),
      turns: opened.map(({ call_id: _, ...turn }) => turn),
      payment: {
        payment_intent_id: payment.stripe_payment_intent_id,
        state: payment.state,
        held: dollars(payment.amount_cents),
        captured: isSettled ? dollars(capturedCents) : null,
        released: isSettled ? dollars(payment.amount_cents - capturedCents) : null,
        currency: payment.currency,
      },
    },
  };
}

type OpenedTurn = Omit<z.infer<typeof turnRow>, "encrypted_text"> & { text: string };

const openTurns = (cipher: CallDeps["cipher"], turns: z.infer<typeof turnRow>[]): Promise<OpenedTurn[]> =>
  Promise.all(
    turns.map(async ({ encrypted_text, ...turn }) => ({
      ...turn,
      text: await cipher.open(turn.call_id, turn.seq, encrypted_text),
    })),
  );

export function presentCall(call: z.infer<typeof callRow>, turns: OpenedTurn[]) {
  const own = turns.filter((turn) => turn.call_id === call.id);
  return {
    id: call.id,
    user_id: call.user_id,
    persona_id: call.persona_id,
    persona_name: call.persona_name,
    phone_number: call.phone_number,
    status: call.status,
    end_reason: call.end_reason,
    fault: call.fault,
    created_at: call.created_at,
    start_time: call.answered_at,
    end_time: call.ended_at,
    duration: call.duration_seconds,
    cost: call.cost_cents === null ? null : dollars(call.cost_cents),
    sid: call.twilio_sid,
    transcript:
      own.length === 0
        ? null
        : own
            .map((turn) => `${turn.speaker === "caller" ? "You" : call.persona_name}: ${turn.text}`)
            .join("\n"),
    error_message: (call.end_reason === null ? undefined : unhappyEnds[call.end_reason]) ?? null,
  };
}
