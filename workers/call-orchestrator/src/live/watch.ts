// Who may watch, and the way to the Durable Object of each watched call.
import { fail } from "@callmeback/shared/contract/errors";
import { logFault } from "@callmeback/shared/domain/log";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { type DatabaseRpc, rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { LiveCalls, LiveNamespace } from "./live-calls.ts";

/** Errors: `NOT_FOUND`, also for somebody else's call. */
export async function mayWatch(
  { database }: { database: DatabaseRpc },
  { actor }: UserContext,
  id: string,
): Promise<void> {
  const [[call]] = await transact(
    database,
    actor,
    rows(
      z.object({ id: z.string() }),
    )`select id from calls where id = ${id} and user_id = app.user_id() and origin <> 'logged'`,
  );
  if (call === undefined) fail("NOT_FOUND", "There is no such call.");
}

/** Watchers that cannot be told read it when they come back. */
export function liveCalls(namespace: LiveNamespace): LiveCalls {
  const told = async <T>(callId: string, otherwise: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      logFault({ worker: "call-orchestrator", event: "watchers were not told", callId }, error);
      return otherwise;
    }
  };
  const of = (callId: string) => namespace.getByName(callId);
  return {
    changed: (callId) => told(callId, undefined, () => of(callId).changed(callId)),
    words: (callId, words) => told(callId, false, () => of(callId).words(words)),
  };
}
