// Takes the sound of deleted recordings out of the bucket. What is owed stands in a table, written by the statement that deletes
// (a trigger, so that none can forget it), and is done at least once. A part that was under way at that moment may come
// after it: so the bucket is looked through once more before the debt is forgotten.
import { logFault } from "@callmeback/shared/domain/log";
import { system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "../env.ts";

/** Longer than anything that takes a part can be under way. */
const lateSeconds = 600;
/** Seconds that a claim keeps others away; a crashed one is taken up again after it. */
const claimSeconds = 60;

/** Safe to repeat, and by two at once. A failure is kept for the next sweep, never thrown. */
export async function eraseRecordings(deps: CallDeps): Promise<void> {
  const [owed] = await transact(
    deps.database,
    system,
    rows(z.object({ call_id: z.string() }))`
      with due as (
        select call_id from recording_erasures where next_attempt_at <= now()
        order by next_attempt_at limit 50 for update skip locked
      )
      update recording_erasures e set attempts = attempts + 1,
        next_attempt_at = now() + make_interval(secs => ${claimSeconds}::int * least(attempts + 1, 10))
      from due where e.call_id = due.call_id returning e.call_id`,
  );
  for (const { call_id } of owed) {
    try {
      await deps.recordings.erase(call_id);
      await transact(
        deps.database,
        system,
        rows(z.object({}))`
          delete from recording_erasures
          where call_id = ${call_id} and asked_at < now() - make_interval(secs => ${lateSeconds}::int)`,
        rows(z.object({}))`
          update recording_erasures set next_attempt_at = asked_at + make_interval(secs => ${lateSeconds}::int)
          where call_id = ${call_id}`,
      );
    } catch (error) {
      logFault({ worker: "call-orchestrator", event: "recording not erased yet", callId: call_id }, error);
    }
  }
}
