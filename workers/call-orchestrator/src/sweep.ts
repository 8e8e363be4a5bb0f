// What a crash or a lost callback left half done: calls that Twilio has ended without our hearing it, dials that nobody
// finished, reports that never came, settlements still owed, sound of deleted recordings; and scheduled calls, which begin here. Run each minute; safe to run by two at once.
import { logFault } from "@callmeback/shared/domain/log";
import { system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { concludeStatements } from "./conclude.ts";
import type { CallDeps } from "./env.ts";
import { recordProgress } from "./progress.ts";
import { eraseRecordings } from "./recording/erase.ts";
import { claimDue } from "./schedule/claim-due.ts";
import { tellFailed } from "./schedule/fail-scheduled.ts";
import { tendHolds } from "./schedule/holds-ahead.ts";
import { failNeverConnected } from "./schedule/start-scheduled.ts";
import { settleOwed } from "./settle-owed.ts";

const staleRow = z.object({
  id: z.string(),
  twilio_sid: z.string().nullable(),
  carrier_ended: z.boolean(),
});

/** A call that nothing was heard of for longer than ringing takes is asked about. */
const quietSeconds = 90;

export async function sweep(deps: CallDeps): Promise<void> {
  // First what has its time to the second; one that fails must not keep the others waiting.
  const parts = [
    claimDue(deps),
    tendHolds(deps),
    failNeverConnected(deps).then(() => tellFailed(deps)),
    endStaleCalls(deps),
    eraseRecordings(deps),
  ];
  const failures = (await Promise.allSettled(parts)).filter((part) => part.status === "rejected");
  await settleOwed(deps, null);
  if (failures.length > 0)
    throw new AggregateError(
      failures.map(({ reason }) => reason),
      "A sweep failed.",
    );
}

async function endStaleCalls(deps: CallDeps): Promise<void> {
  const [stale] = await transact(
    deps.database,
    system,
    rows(staleRow)`
      select id, twilio_sid, carrier_ended_at is not null as carrier_ended from calls
      where status in ('initiated', 'ringing', 'in-progress')
        and (carrier_ended_at is not null
          or (status in ('initiated', 'ringing') and created_at < now() - make_interval(secs => ${quietSeconds}::int))
          or answered_at < now() - make_interval(secs => max_seconds + ${quietSeconds}::int))
      order by created_at limit 200`,
  );
  for (const call of stale) {
    try {
      await bringToItsEnd(deps, call);
      await deps.live.changed(call.id);
    } catch (error) {
      logFault({ worker: "call-orchestrator", event: "sweep failed for a call", callId: call.id }, error);
    }
  }
}

async function bringToItsEnd(deps: CallDeps, call: z.infer<typeof staleRow>): Promise<void> {
  if (call.carrier_ended) {
    await transact(deps.database, system, ...concludeStatements(call.id));
    return;
  }
  // A dial whose answer was lost: the carrier's callbacks would have brought the sid by now, so no phone rang.
  if (call.twilio_sid === null) {
    await transact(
      deps.database,
      system,
      rows(z.object({}))`
        update calls set carrier_status = 'failed', carrier_ended_at = now(), carrier_price_cents = 0
        where id = ${call.id} and twilio_sid is null and carrier_status is null`,
      ...concludeStatements(call.id),
    );
    return;
  }
  const twilioCall = await deps.twilio.fetchCall(call.twilio_sid);
  await recordProgress(deps, call.id, {
    sid: call.twilio_sid,
    status: twilioCall.status,
    key: `sweep:${twilioCall.status}`,
    durationSeconds: twilioCall.duration === null ? null : Number(twilioCall.duration),
    sipResponseCode: null,
    at: new Date(),
  });
}
