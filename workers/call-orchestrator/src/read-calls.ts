// Calls as their owner sees them: the list and one in full. One round trip each; transcripts are opened here.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import { turnLatency } from "@callmeback/shared/contract/voice";
import { dollars } from "@callmeback/shared/domain/pricing";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { type Fragment, rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { costLines, useOfCall } from "./call-costs.ts";
import type { CallDeps } from "./env.ts";
import { callColumns, callRow, presentCall } from "./present-call.ts";
import { openWords } from "./sealed-words.ts";

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

const ownRow = callRow.extend({ sealed_words: z.string().nullable() });
const ownColumns = sql`${callColumns}, c.sealed_words`;

const turnColumns = sql`t.call_id, t.seq, t.speaker, t.encrypted_text, t.started_at, t.ended_at, t.interrupted, t.latency`;

const orders: Readonly<Record<string, Fragment>> = {
  date_desc: sql`c.created_at desc, c.id desc`,
  date_asc: sql`c.created_at, c.id`,
  cost_desc: sql`c.cost_cents desc nulls last, c.id desc`,
  cost_asc: sql`c.cost_cents nulls last, c.id`,
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
  const page = sql`select ${ownColumns} from calls c where ${matching}
    order by ${orders[query.sort] ?? sql`c.created_at desc, c.id desc`}
    limit ${query.limit} offset ${(query.page - 1) * query.limit}`;
  const [calls, turns, [count]] = await transact(
    database,
    actor,
    rows(ownRow)`${page}`,
    rows(
      turnRow,
    )`select ${turnColumns} from call_turns t where t.call_id in (select id from (${page}) p) order by t.call_id, t.seq`,
    rows(z.object({ total: z.int() }))`select count(*) as total from calls c where ${matching}`,
  );
  const opened = await openTurns(cipher, turns);
  const shown = calls.map(async (call) => presentCall(call, await transcriptOf(cipher, call, opened)));
  const total = count?.total ?? 0;
  return {
    calls: await Promise.all(shown),
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

const untold = <T extends z.ZodType>(schema: T) => schema.nullable().default(null);
const loggedRow = ownRow.extend({
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

/** Errors: `NOT_FOUND`, also for somebody else's call. */
export async function getCall(
  { database, cipher, costs }: CallDeps,
  { actor }: UserContext,
  id: string,
): Promise<RouteOutput<Contract["getCall"]>> {
  const [[call], turns, [payment], [use]] = await transact(
    database,
    actor,
    rows(
      loggedRow,
    )`select ${ownColumns}, c.agent_log from calls c where c.id = ${id} and c.user_id = app.user_id()`,
    rows(turnRow)`select ${turnColumns} from call_turns t where t.call_id = ${id} order by t.seq`,
    rows(paymentRow)`
      select m.stripe_payment_intent_id, m.state, m.amount_cents, m.capture_cents, m.currency
      from payments m join calls c on c.payment_id = m.id where c.id = ${id}`,
    useOfCall(id),
  );
  if (call === undefined) return fail("NOT_FOUND", "There is no such call.");
  const opened = await openTurns(cipher, turns);
  const { notes } = await openWords(cipher, id, call.sealed_words);
  return {
    call: {
      ...presentCall(call, await transcriptOf(cipher, call, opened)),
      costs: use === undefined ? [] : costLines(use, costs),
      turns: opened.map(({ call_id: _, ...turn }) => turn),
      payment: payment === undefined ? null : presentPayment(payment),
      agent_log: call.agent_log === null ? null : { ...call.agent_log, notes },
    },
  };
}

function presentPayment(payment: z.infer<typeof paymentRow>) {
  const isSettled = payment.state === "captured" || payment.state === "released";
  const capturedCents = payment.state === "captured" ? (payment.capture_cents ?? 0) : 0;
  return {
    payment_intent_id: payment.stripe_payment_intent_id,
    state: payment.state,
    held: dollars(payment.amount_cents),
    captured: isSettled ? dollars(capturedCents) : null,
    released: isSettled ? dollars(payment.amount_cents - capturedCents) : null,
    currency: payment.currency,
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

/** What was said: turn by turn, or as the agent that held the call told it. */
async function transcriptOf(
  cipher: CallDeps["cipher"],
  call: z.infer<typeof ownRow>,
  turns: OpenedTurn[],
): Promise<string | null> {
  const own = turns.filter((turn) => turn.call_id === call.id);
  if (own.length === 0) return (await openWords(cipher, call.id, call.sealed_words)).transcript;
  return own
    .map((turn) => `${turn.speaker === "caller" ? "You" : call.persona_name}: ${turn.text}`)
    .join("\n");
}
