// What the person called does with a recording of theirs: ask for its address, or delete it. Row security and the statement
// both say whose it is.
import { fail } from "@callmeback/shared/contract/errors";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "../env.ts";
import { lengthsOf } from "./play.ts";

const none = () => fail("NOT_FOUND", "There is no recording of such a call.");

/** Errors: `NOT_FOUND`, also for somebody else's. */
export async function recordingAddress(deps: CallDeps, { actor }: UserContext, callId: string) {
  const own = sql`select id from calls where id = ${callId} and user_id = app.user_id()`;
  const [[length]] = await transact(deps.database, actor, lengthsOf(own));
  if (length === undefined) return none();
  const { token, expiresAt } = await deps.addresses.make(callId, deps.now());
  return { url: `${deps.publicUrl}/api/recordings/${token}`, expires_at: expiresAt.toISOString() };
}

/**
 * For good: its key goes with this statement, its sound right after, and what is still on its way is not taken.
 * Errors: `NOT_FOUND`, also for somebody else's, and where nobody was to be asked.
 */
export async function deleteRecording({ database }: CallDeps, { actor }: UserContext, callId: string) {
  const [[deleted]] = await transact(
    database,
    actor,
    rows(z.object({ call_id: z.string() }))`
      delete from call_recordings where call_id = ${callId} and user_id = app.user_id() returning call_id`,
  );
  return deleted === undefined ? none() : { message: "The recording is deleted" };
}
