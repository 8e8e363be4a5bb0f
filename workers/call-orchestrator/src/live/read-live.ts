// What a watcher is told of a call, read from what is stored.
import type { LiveMessage } from "@callmeback/shared/contract/live";
import { endReason, fault, turnLatency } from "@callmeback/shared/contract/voice";
import { callStatuses } from "@callmeback/shared/domain/call-state";
import { centsPerMinute, connectionCents, dollars } from "@callmeback/shared/domain/pricing";
import type { Actor } from "@callmeback/shared/rpc/context";
import { type DatabaseRpc, rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { TranscriptCipher } from "../transcript-cipher.ts";
import type { LiveTurn } from "./live-calls.ts";

const stateRow = z.object({
  id: z.string(),
  status: z.enum(callStatuses),
  end_reason: endReason.nullable(),
  fault: fault.nullable(),
  answered_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  duration_seconds: z.int().nullable(),
  cost_cents: z.int().nullable(),
  hold_cents: z.int().nullable(),
});
const turnRow = z.object({
  seq: z.int(),
  speaker: z.enum(["caller", "persona"]),
  encrypted_text: z.string(),
  started_at: z.string(),
  ended_at: z.string(),
  interrupted: z.boolean(),
  latency: turnLatency.nullable(),
});

/** The state and the turns after a number, in one round trip. */
export async function readLive(
  database: DatabaseRpc,
  cipher: TranscriptCipher,
  actor: Actor,
  callId: string,
  after: number,
) {
  const [[state], turns] = await transact(
    database,
    actor,
    rows(stateRow)`
      select id, status, end_reason, fault, answered_at, ended_at, duration_seconds, cost_cents, hold_cents
      from calls where id = ${callId}`,
    rows(turnRow)`
      select seq, speaker, encrypted_text, started_at, ended_at, interrupted, latency
      from call_turns where call_id = ${callId} and seq > ${after} order by seq`,
  );
  const opened = turns.map(
    async ({ encrypted_text, ...turn }): Promise<LiveTurn> => ({
      type: "turn",
      ...turn,
      text: await cipher.open(callId, turn.seq, encrypted_text),
    }),
  );
  return { state: state && stateMessage(state), turns: await Promise.all(opened) };
}

function stateMessage(call: z.infer<typeof stateRow>): Extract<LiveMessage, { type: "call" }> {
  return {
    type: "call",
    call: {
      id: call.id,
      status: call.status,
      end_reason: call.end_reason,
      fault: call.fault,
      start_time: call.answered_at,
      end_time: call.ended_at,
      duration: call.duration_seconds,
      cost: call.cost_cents === null ? null : dollars(call.cost_cents),
    },
    // Without a hold, as in a try-out, the meter stands still.
    meter:
      call.hold_cents === null
        ? { connection: 0, per_minute: 0, at_most: 0 }
        : {
            connection: dollars(connectionCents),
            per_minute: dollars(centsPerMinute),
            at_most: dollars(call.hold_cents),
          },
  };
}
