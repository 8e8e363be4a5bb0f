// Calls that the demo account has behind it, so that history, receipts and charts have something to show.
import { priceCents } from "@callmeback/shared/domain/pricing";
import { system } from "@callmeback/shared/rpc/context";
import type { Statement } from "@callmeback/shared/rpc/database";
import { uuidv7obj } from "uuidv7";
import { transcriptCipher } from "../../workers/call-orchestrator/src/transcript-cipher.ts";
import { type DatabaseConfig, runTransaction } from "../../workers/database-proxy/src/transact.ts";
import { workerRole } from "../../workers/database-proxy/src/worker-role.ts";
import { type DemoCall, demoCalls } from "./demo-calls.ts";

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
  const [callId, paymentId] = [idAt(madeAt), idAt(madeAt)];
  const cost = call.seconds === null ? 0 : priceCents(call.seconds);
  const endedAt = answeredAt + (call.seconds ?? 20) * 1_000;
  const iso = (ms: number) => new Date(ms).toISOString();
  await store.run("billing", [
    {
      text: `insert into payments (id, tenant_id, user_id, stripe_payment_intent_id, payment_method_id, amount_cents, state, created_at)
        select $1, tenant_id, id, $2, 'pm_demo', 425, 'held', $3 from users where id = $4`,
      values: [paymentId, `pi_demo${paymentId.replaceAll("-", "")}`, iso(madeAt), userId],
    },
  ]);
  const turns = await Promise.all(
    call.turns.map((turn, index) => turnStatement(store, callId, answeredAt, turn, index + 1)),
  );
  await store.run("calls", [
    {
      text: `insert into calls (id, tenant_id, user_id, persona_id, persona, phone_number, status, end_reason, fault, payment_id,
          hold_cents, request_fingerprint, max_seconds, created_at, answered_at, ended_at, duration_seconds, cost_cents)
        select $1, u.tenant_id, u.id, p.id,
          jsonb_build_object('id', p.id, 'version', p.version, 'name', p.name, 'voice', p.voice,
            'system_prompt', p.system_prompt, 'greeting', p.greeting),
          u.phone, $2, $3, $4, $5, 425, 'demo', 600, $6, $7, $8, $9, $10
        from users u, personas p where u.id = $11 and p.name = $12 and p.user_id is null`,
      values: [
        callId,
        call.seconds === null ? "failed" : "completed",
        call.endReason,
        call.seconds === null ? "callee" : "none",
        paymentId,
        iso(madeAt),
        call.seconds === null ? null : iso(answeredAt),
        iso(endedAt),
        call.seconds,
        cost,
        userId,
        call.persona,
      ],
    },
    ...turns,
  ]);
  await store.run("billing", [
    {
      text: "update payments set state = $2, capture_cents = $3, settled_at = $4 where id = $1",
      values: [paymentId, cost > 0 ? "captured" : "released", cost > 0 ? cost : null, iso(endedAt)],
    },
  ]);
}

async function turnStatement(
  store: HistoryStore,
  callId: string,
  answeredAt: number,
  [speaker, text, latency]: DemoCall["turns"][number],
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
      select id, $2, tenant_id, user_id, $3, $4, $5, $6, false, $7::jsonb from calls where id = $1`,
    values: [
      callId,
      seq,
      speaker,
      await store.seal(callId, seq, text),
      new Date(startedAt).toISOString(),
      new Date(startedAt + 4_000).toISOString(),
      measured === null ? null : JSON.stringify(measured),
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
