// The events of a call, with which its voice pipeline's core can be run again. They come gzipped, once, when the call is over;
// they are what people said, so they are sealed before they are stored, and only the person called gets them back.
import { fail } from "@callmeback/shared/contract/errors";
import { system, type UserContext } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "./env.ts";

/** Where no turn of a call can be, and not where its words as one or its recording's key are. */
const place = -2;

/** Errors: `NOT_FOUND`, also when the person called has left: nothing of theirs is kept any more. */
export async function takeReplay({ database, cipher }: CallDeps, callId: string, gzipped: Uint8Array) {
  const sealed = await cipher.sealBytes(callId, place, gzipped);
  const [, [kept]] = await transact(
    database,
    system,
    rows(z.object({}))`
      insert into call_replays (call_id, tenant_id, user_id, sealed_events)
      select c.id, c.tenant_id, c.user_id, ${sealed} from calls c join users u on u.id = c.user_id
      where c.id = ${callId} and c.stream_opened_at is not null and u.leaving_at is null
      on conflict do nothing`,
    rows(z.object({ call_id: z.string() }))`select call_id from call_replays where call_id = ${callId}`,
  );
  return kept === undefined
    ? fail("NOT_FOUND", "There is no such call that a voice pipeline held.")
    : { message: "The events are kept" };
}

/** Errors: `NOT_FOUND`, also for somebody else's. */
export async function readReplay(
  { database, cipher }: CallDeps,
  { actor }: UserContext,
  callId: string,
): Promise<Response> {
  const [[kept]] = await transact(
    database,
    actor,
    rows(z.object({ sealed_events: z.string() }))`
      select sealed_events from call_replays where call_id = ${callId} and user_id = app.user_id()`,
  );
  if (kept === undefined) return fail("NOT_FOUND", "No events are kept of such a call.");
  const gzipped = await cipher.openBytes(callId, place, kept.sealed_events);
  const lines = new Blob([gzipped]).stream().pipeThrough(new DecompressionStream("gzip"));
  const headers = { "Content-Type": "application/x-ndjson; charset=utf-8", "Cache-Control": "no-store" };
  return new Response(lines, { headers });
}
