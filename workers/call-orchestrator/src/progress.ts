// Twilio's progress reports: each stored once, states move only forward, whatever the order of arrival.
import { fail } from "@callmeback/shared/contract/errors";
import { isCarrierEnd, progressOf } from "@callmeback/shared/domain/call-state";
import { priceCents } from "@callmeback/shared/domain/pricing";
import { system } from "@callmeback/shared/rpc/context";
import { type Query, rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { type CallSession, readRinging } from "./call-session.ts";
import { concludeStatements } from "./conclude.ts";
import type { CallDeps } from "./env.ts";

export interface CarrierReport {
  sid: string;
  /** Twilio's word. */
  status: string;
  /** What makes this report one of its kind. */
  key: string;
  durationSeconds: number | null;
  sipResponseCode: string | null;
  at: Date;
}

const nothing = z.object({});

/**
 * Adds a report to the call's story. The call is locked first: an event's foreign key would else share a lock that the update
 * then wants alone, and two reports at once would wait for each other.
 * Errors: `NOT_FOUND` when the call is unknown or another's sid. Tells whether the call has ended by it, or rings by it and may be made ready.
 */
export async function recordProgress(
  deps: CallDeps,
  callId: string,
  report: CarrierReport,
): Promise<{ ended: boolean; ringing: CallSession | undefined }> {
  const [[known], [isNew], , [ringing], ended] = await transact(
    deps.database,
    system,
    rows(z.object({ id: z.string() }))`
      select id from calls where id = ${callId} and coalesce(twilio_sid, ${report.sid}) = ${report.sid} for update`,
    storeEvent(callId, report),
    moveForward(callId, report),
    readRinging(callId),
    ...concludeStatements(callId),
  );
  if (known === undefined) return fail("NOT_FOUND", "There is no such call.");
  const ringsByIt = report.status === "ringing" && isNew !== undefined;
  return { ended: ended.length > 0, ringing: ringsByIt ? ringing : undefined };
}

function storeEvent(callId: string, report: CarrierReport): Query<object> {
  const payload = JSON.stringify({
    status: report.status,
    duration_seconds: report.durationSeconds,
    sip_response_code: report.sipResponseCode,
  });
  return rows(nothing)`
    insert into call_events (call_id, tenant_id, user_id, source, key, type, payload, at)
    select id, tenant_id, user_id, 'twilio', ${report.key}, ${report.status}, ${payload}::jsonb, ${report.at.toISOString()}
    from calls where id = ${callId} and coalesce(twilio_sid, ${report.sid}) = ${report.sid}
    on conflict do nothing
    returning key`;
}

function moveForward(callId: string, report: CarrierReport): Query<object> {
  const { sid, durationSeconds } = report;
  if (isCarrierEnd(report.status)) {
    const status = report.status === "busy" && report.sipResponseCode === "603" ? "declined" : report.status;
    return rows(nothing)`
      update calls set twilio_sid = ${sid}, carrier_status = ${status}, carrier_ended_at = ${report.at.toISOString()},
        duration_seconds = ${durationSeconds}, carrier_price_cents = ${durationSeconds === null ? null : priceCents(durationSeconds)}
      where id = ${callId} and coalesce(twilio_sid, ${sid}) = ${sid} and carrier_status is null`;
  }
  const status = progressOf(report.status) ?? "initiated";
  return rows(nothing)`
    update calls set twilio_sid = ${sid},
      status = case
        when status = 'initiated' and ${status} in ('ringing', 'in-progress') then ${status}
        when status = 'ringing' and ${status} = 'in-progress' then ${status}
        else status end,
      ringing_at = case when ${status} = 'ringing' then coalesce(ringing_at, ${report.at.toISOString()}) else ringing_at end,
      answered_at = case when ${status} = 'in-progress' then coalesce(answered_at, ${report.at.toISOString()}) else answered_at end
    where id = ${callId} and coalesce(twilio_sid, ${sid}) = ${sid} and ended_at is null`;
}
