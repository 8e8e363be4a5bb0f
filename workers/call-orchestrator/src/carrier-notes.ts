// What the carrier tells beside a call's progress: who answered, and what became of the media stream. Each is kept once.
import { fail } from "@callmeback/shared/contract/errors";
import { system } from "@callmeback/shared/rpc/context";
import { rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "./env.ts";
import { endCall } from "./hang-up.ts";
import { isLeftMachine } from "./left-machine.ts";

const knownRow = z.object({ id: z.string() });

/** Keeps one note. Errors: `NOT_FOUND` when the call is unknown or another's sid. */
async function note(
  deps: CallDeps,
  callId: string,
  sid: string,
  { key, type, payload }: { key: string; type: string; payload: object },
): Promise<void> {
  const [[known]] = await transact(
    deps.database,
    system,
    rows(
      knownRow,
    )`select id from calls where id = ${callId} and coalesce(twilio_sid, ${sid}) = ${sid} for update`,
    rows(z.object({}))`
      insert into call_events (call_id, tenant_id, user_id, source, key, type, payload, at)
      select id, tenant_id, user_id, 'twilio', ${key}, ${type}, ${JSON.stringify(payload)}::jsonb, now()
      from calls where id = ${callId} and coalesce(twilio_sid, ${sid}) = ${sid}
      on conflict do nothing`,
  );
  if (known === undefined) fail("NOT_FOUND", "There is no such call.");
}

/**
 * Who answered, in Twilio's words (`human`, `machine_start`, `machine_end_beep`, `fax`, `unknown` …). A machine is hung up on,
 * unless the persona wants to speak to it: others must not talk, and bill, to a mailbox. Errors: `NOT_FOUND`, `TWILIO_ERROR`.
 */
export async function answeredBy(deps: CallDeps, callId: string, sid: string, who: string): Promise<void> {
  await note(deps, callId, sid, { key: `amd:${who}`, type: "answered_by", payload: { answered_by: who } });
  const [[call]] = await transact(
    deps.database,
    system,
    rows(z.object({ is_left: z.boolean() }))`
      update calls set answered_by = coalesce(answered_by, ${who}) where id = ${callId} and ended_at is null
      returning ${isLeftMachine(sql`${who}::text`)} as is_left`,
  );
  if (call?.is_left) await endCall(deps, system, callId, false);
}

/** Errors: `NOT_FOUND`. */
export async function streamStatus(
  deps: CallDeps,
  callId: string,
  {
    CallSid,
    StreamSid,
    StreamEvent,
    StreamError,
  }: { CallSid: string; StreamSid: string; StreamEvent: string; StreamError?: string | undefined },
): Promise<void> {
  const payload = { stream_sid: StreamSid, error: StreamError ?? null };
  await note(deps, callId, CallSid, {
    key: `stream:${StreamSid}:${StreamEvent}`,
    type: StreamEvent,
    payload,
  });
}
