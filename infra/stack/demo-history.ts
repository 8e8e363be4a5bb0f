// Calls that the demo account has behind it, so that history, receipts and charts have something to show.
import { holdCents, priceCents, secondsPaidBy, tryOutSeconds } from "@callmeback/shared/domain/pricing";
import { system } from "@callmeback/shared/rpc/context";
import type { Statement } from "@callmeback/shared/rpc/database";
import { uuidv7obj } from "uuidv7";
import { transcriptCipher } from "../../workers/call-orchestrator/src/transcript-cipher.ts";
import { type DatabaseConfig, runTransaction } from "../../workers/database-proxy/src/transact.ts";
import { workerRole } from "../../workers/database-proxy/src/worker-role.ts";
import { type DemoCall, demoCalls, endings } from "./demo-calls.ts";

export interface HistoryStore {
  forgetCards(): Promise<void>;
  /** Runs as a Worker's role, and answers with the rows of the last statement. */
  run(worker: "billing" | "calls", statements: Statement[]): Promise<readonly object[]>;
  seal(callId: string, seq: number, text: string): Promise<string>;
}

export function historyStore(database: DatabaseConfig, transcriptKey: string): HistoryStore {
  const cipher = transcriptCipher(transcriptKey);
  const run: HistoryStore["run"] = async (worker, statements) =>
    (await runTransaction(database, workerRole(worker), system, statements)).at(-1) ?? [];
  return {
    run,
    seal: cipher.seal,
    forgetCards: async () => {
      await run("billing", [
        { text: "delete from payment_methods", values: [] },
        {
          text: "update users set stripe_customer_id = null where stripe_customer_id is not null",
          values: [],
        },
      ]);
    },
  };
}

const heldCents = holdCents(10);
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Writes nothing for somebody who has calls already. */
export async function writeDemoHistory(store: HistoryStore, userId: string): Promise<void> {
  const some = await store.run("calls", [
    { text: "select 1 from calls where user_id = $1 limit 1", values: [userId] },
  ]);
  if (some.length > 0) return;
  for (const call of demoCalls) await write(store, userId, call);
}

async function write(store: HistoryStore, userId: string, call: DemoCall): Promise<void> {
  const madeAt = Date.now() - call.daysAgo * dayMs - call.minutesEarlier * minuteMs;
  const answeredAt = madeAt + 9_000;
  const endedAt = iso(answeredAt + (call.seconds ?? 20) * 1_000);
  const callId = idAt(madeAt);
  const paymentId = call.isTryOut ? null : idAt(madeAt);
  const cost =
    call.isTryOut || endings[call.endReason][0] !== "completed" ? 0 : priceCents(call.seconds ?? 0);
  if (paymentId !== null) await store.run("billing", [holdStatement(paymentId, userId, iso(madeAt))]);
  const times = { madeAt: iso(madeAt), answeredAt: call.seconds === null ? null : iso(answeredAt), endedAt };
  await store.run("calls", [
    callStatement(call, callId, userId, paymentId, cost, times),
    ...(await Promise.all(
      call.turns.map((turn, index) => turnStatement(store, callId, answeredAt, turn, index + 1)),
    )),
  ]);
  if (paymentId !== null) await store.run("billing", [settleStatement(paymentId, cost, endedAt)]);
}

const iso = (ms: number): string => new Date(ms).toISOString();

const holdStatement = (paymentId: string, userId: string, madeAt: string): Statement => ({
  text: `insert into payments (id, tenant_id, user_id, stripe_payment_intent_id, payment_method_id, amount_cents, state, created_at)
    select $1, tenant_id, id, $2, 'pm_demo', $5, 'held', $3 from users where id = $4`,
  values: [paymentId, `pi_demo${paymentId.replaceAll("-", "")}`, madeAt, userId, heldCents],
});

const settleStatement = (paymentId: string, cost: number, endedAt: string): Statement => ({
  text: "update payments set state = $2, capture_cents = $3, settled_at = $4 where id = $1",
  values: [paymentId, cost > 0 ? "captured" : "released", cost > 0 ? cost : null, endedAt],
});

function callStatement(
  call: DemoCall,
  callId: string,
  userId: string,
  paymentId: string | null,
  cost: number,
  { madeAt, answeredAt, endedAt }: { madeAt: string; answeredAt: string | null; endedAt: string },
): Statement {
  const [status, fault] = endings[call.endReason];
  const spoken = call.turns.map(([speaker, text]) => (speaker === "persona" ? text.length : 0));
  const characters = spoken.reduce((sum, length) => sum + length, 0);
  const usage = {
    speech_to_text_seconds: call.seconds,
    llm_input_tokens: call.turns.length * 320,
    llm_output_tokens: Math.round(characters / 4),
    speech_characters: characters,
  };
  return {
    text: `insert into calls (id, tenant_id, user_id, persona_id, persona, phone_number, status, end_reason, fault, payment_id,
        hold_cents, origin, request_fingerprint, max_seconds, created_at, answered_at, stream_opened_at, ended_at,
        duration_seconds, cost_cents, usage)
      select $1, u.tenant_id, u.id, p.id,
        jsonb_build_object('id', p.id, 'version', p.version, 'name', p.name, 'voice', p.voice,
          'system_prompt', p.system_prompt, 'greeting', p.greeting),
        u.phone, $2, $3, $4, $5, $6, $7, 'demo', $8, $9, $10, $10, $11, $12, $13, $14::jsonb
      from users u, personas p where u.id = $15 and p.name = $16 and (p.user_id is null or p.user_id = u.id)`,
    values: [
      callId,
      status,
      call.endReason,
      fault,
      paymentId,
      paymentId === null ? null : heldCents,
      paymentId === null ? "try_out" : "dialled",
      paymentId === null ? tryOutSeconds : secondsPaidBy(heldCents),
      madeAt,
      answeredAt,
      endedAt,
      call.seconds,
      cost,
      call.seconds === null ? null : JSON.stringify(usage),
      userId,
      call.persona,
    ],
  };
}

async function turnStatement(
  store: HistoryStore,
  callId: string,
  answeredAt: number,
  [speaker, text, latency, interrupted]: DemoCall["turns"][number],
  seq: number,
): Promise<Statement> {
  const startedAt = answeredAt + seq * 6_000;
  const measured =
    latency === undefined
      ? null
      : {
          endpointing_ms: latency[0],
          first_token_ms: latency[1],
          first_clause_ms: latency[2],
          first_audio_ms: latency[3],
          first_frame_ms: latency[4],
        };
  return {
    text: `insert into call_turns (call_id, seq, tenant_id, user_id, speaker, encrypted_text, started_at, ended_at, interrupted, latency)
      select id, $2, tenant_id, user_id, $3, $4, $5, $6, $8, $7::jsonb from calls where id = $1`,
    values: [
      callId,
      seq,
      speaker,
      await store.seal(callId, seq, text),
      iso(startedAt),
      iso(startedAt + 4_000),
      measured === null ? null : JSON.stringify(measured),
      interrupted !== undefined,
    ],
  };
}

/** A UUIDv7 of that moment, so that ids sort as if the call had been made then. */
function idAt(ms: number): string {
  const bytes = uuidv7obj().bytes.slice();
  for (let index = 0; index < 6; index += 1) bytes[index] = Math.floor(ms / 2 ** (8 * (5 - index))) % 256;
  const hex = Buffer.from(bytes).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
