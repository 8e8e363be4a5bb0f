// One call in full: as its owner reads it, and as an operator does. One round trip each.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import { dollars } from "@callmeback/shared/domain/pricing";
import type { AdminContext, UserContext } from "@callmeback/shared/rpc/context";
import { rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { costLines, useOfCall } from "./call-costs.ts";
import { openTurns, ownColumns, ownRow, transcriptOf, turnColumns, turnRow } from "./call-words.ts";
import type { CallDeps } from "./env.ts";
import { callColumns, callRow, presentCall } from "./present-call.ts";
import { lengthsOf, presentRecording } from "./recording/play.ts";
import { openWords } from "./sealed-words.ts";

const paymentRow = z.object({
  stripe_payment_intent_id: z.string(),
  state: z.enum(["pending", "held", "capturing", "captured", "releasing", "released", "refunded", "failed"]),
  amount_cents: z.int(),
  capture_cents: z.int().nullable(),
  refunded_cents: z.int(),
  currency: z.string(),
});

const untold = <T extends z.ZodType>(schema: T) => schema.nullable().default(null);
const creditRow = z.object({ lost_seconds: z.int(), credit_cents: z.int() });
const creditColumns = sql`c.lost_seconds, c.credit_cents`;

const loggedRow = ownRow.extend(creditRow.shape).extend({
  agent_log: z
    .object({
      client_id: untold(z.string()),
      caller_name: untold(z.string()),
      sentiment: untold(z.enum(["positive", "neutral", "negative"])),
      success: z.boolean(),
      stt_latency_ms: untold(z.number()),
      llm_latency_ms: untold(z.number()),
      tts_latency_ms: untold(z.number()),
      recording_url: untold(z.string()),
    })
    .nullable(),
});

const paymentOf = (callId: string) => rows(paymentRow)`
  select m.stripe_payment_intent_id, m.state, m.amount_cents, m.capture_cents, m.refunded_cents, m.currency
  from payments m join calls c on c.payment_id = m.id where c.id = ${callId}`;

const unknown = () => fail("NOT_FOUND", "There is no such call.");

/** Errors: `NOT_FOUND`, also for somebody else's call. */
export async function getCall(
  { database, cipher, costs }: CallDeps,
  { actor }: UserContext,
  id: string,
): Promise<RouteOutput<Contract["getCall"]>> {
  const [[call], turns, [payment], [use], [recording]] = await transact(
    database,
    actor,
    rows(
      loggedRow,
    )`select ${ownColumns}, ${creditColumns}, c.agent_log from calls c where c.id = ${id} and c.user_id = app.user_id()`,
    rows(turnRow)`select ${turnColumns} from call_turns t where t.call_id = ${id} order by t.seq`,
    paymentOf(id),
    useOfCall(id),
    lengthsOf(id),
  );
  if (call === undefined) return unknown();
  const opened = await openTurns(cipher, turns);
  const { notes } = await openWords(cipher, id, call.sealed_words);
  return {
    call: {
      ...presentCall(call, await transcriptOf(cipher, call, opened)),
      credit: presentCredit(call),
      costs: use === undefined ? [] : costLines(use, costs),
      turns: opened.map(({ call_id: _, ...turn }) => turn),
      payment: payment === undefined ? null : presentPayment(payment),
      recording: presentRecording(recording),
      agent_log: call.agent_log === null ? null : { ...call.agent_log, notes },
    },
  };
}

const operatorsRow = callRow
  .extend(creditRow.shape)
  .extend({ payment_id: z.string().nullable(), node: z.string().nullable() });
const operatorsTurn = turnRow.omit({ call_id: true, encrypted_text: true });
const eventRow = z.object({ source: z.enum(["twilio", "voice", "mesh"]), type: z.string(), at: z.string() });

/** As an operator sees it: how it went, what it cost, and not a word of it. Errors: `NOT_FOUND`. */
export async function adminGetCall(
  { database, costs }: CallDeps,
  { actor }: AdminContext,
  id: string,
): Promise<RouteOutput<Contract["adminGetCall"]>> {
  const [[call], turns, events, [payment], [use]] = await transact(
    database,
    actor,
    rows(
      operatorsRow,
    )`select ${callColumns}, ${creditColumns}, c.payment_id, c.stream_node as node from calls c where c.id = ${id}`,
    rows(operatorsTurn)`
      select seq, speaker, started_at, ended_at, interrupted, latency from call_turns where call_id = ${id} order by seq`,
    rows(eventRow)`select source, type, at from call_events where call_id = ${id} order by at, seq`,
    paymentOf(id),
    useOfCall(id),
  );
  if (call === undefined) return unknown();
  const { transcript: _, ...shown } = presentCall(call, null);
  return {
    call: {
      ...shown,
      credit: presentCredit(call),
      costs: use === undefined ? [] : costLines(use, costs),
      turns,
      events,
      node: call.node,
      payment: payment === undefined ? null : presentPayment(payment),
      payment_id: call.payment_id,
    },
  };
}

/** None before the end, when it is not known whether anything is charged at all. */
function presentCredit(call: z.infer<typeof creditRow> & { cost_cents: number | null }) {
  if (call.cost_cents === null || call.credit_cents === 0) return null;
  return { seconds: call.lost_seconds, amount: dollars(call.credit_cents) };
}

function presentPayment(payment: z.infer<typeof paymentRow>) {
  const isCaptured = payment.state === "captured" || payment.state === "refunded";
  const isSettled = isCaptured || payment.state === "released";
  const capturedCents = isCaptured ? (payment.capture_cents ?? 0) : 0;
  return {
    payment_intent_id: payment.stripe_payment_intent_id,
    state: payment.state,
    held: dollars(payment.amount_cents),
    captured: isSettled ? dollars(capturedCents) : null,
    released: isSettled ? dollars(payment.amount_cents - capturedCents) : null,
    refunded: dollars(payment.refunded_cents),
    currency: payment.currency,
  };
}
