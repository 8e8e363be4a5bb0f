// A call that the carrier has ended waits for its voice process's report. If that is lost with its process, the call ends all
// the same, and within the minute: the queue comes back to it when the grace is over, the sweep if the queue does not.
import { system } from "@callmeback/shared/rpc/context";
import { transact } from "@callmeback/shared/rpc/database";
import { concludeStatements, reportGraceSeconds } from "./conclude.ts";
import type { CallDeps } from "./env.ts";
import type { ScheduleTask } from "./schedule/claim-due.ts";
import { settleOwed } from "./settle-owed.ts";

export async function concludeLater({ queue }: CallDeps, callId: string): Promise<void> {
  const body: ScheduleTask = { do: "conclude", id: callId };
  // A second more, since the carrier's own clock counts.
  await queue.sendBatch([{ body, delaySeconds: reportGraceSeconds + 1 }]);
}

export async function concludeNow(deps: CallDeps, callId: string): Promise<void> {
  const [ended] = await transact(deps.database, system, ...concludeStatements(callId));
  if (ended.length === 0) return;
  await settleOwed(deps, callId);
  await deps.live.changed(callId);
}
