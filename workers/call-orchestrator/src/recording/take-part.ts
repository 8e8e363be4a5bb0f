// Takes a part of a recording from the voice pipeline. It lies in the bucket before its row says so, and the row before the
// pipeline hears of it; a recording that was deleted takes nothing more.
import { fail } from "@callmeback/shared/contract/errors";
import { sealBytes } from "@callmeback/shared/domain/recording";
import { system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "../env.ts";
import { importCallKey, keptKey, openSealedKey } from "./call-key.ts";
import { openPart } from "./sealed-part.ts";

const gone = () => fail("NOT_FOUND", "Nothing is kept of such a recording.");

/** Errors: `NOT_FOUND` when it is deleted or nobody was asked, `VALIDATION_ERROR` for what its key does not open. */
export async function takePart(deps: CallDeps, callId: string, part: number, bytes: Uint8Array) {
  const { database, cipher, recordings } = deps;
  const [[kept]] = await transact(database, system, keptKey(callId));
  if (kept === undefined) return gone();
  const key = await importCallKey(await openSealedKey(cipher, callId, kept.sealed_key));
  const sealed = new Uint8Array(bytes);
  await openPart(key, callId, part, sealed).catch(() =>
    fail("VALIDATION_ERROR", "This is not a part of that recording.", {
      details: { fields: [{ path: "", message: "must be sealed for this call and part" }] },
    }),
  );
  await recordings.put(callId, part, sealed);
  const [, [known]] = await transact(
    database,
    system,
    rows(z.object({}))`
      insert into call_recording_parts (call_id, part, tenant_id, user_id, bytes)
      select call_id, ${part}, tenant_id, user_id, ${bytes.length - sealBytes}::int
      from call_recordings where call_id = ${callId} on conflict do nothing`,
    keptKey(callId),
  );
  // Deleted just now: what was put meanwhile goes with what is owed already.
  if (known === undefined) return gone();
  return { message: "The part is kept" };
}
