// Ending a call from our side: by its owner, or by the voice pipeline after the goodbye. Twilio's last word still ends it in the books.
import { fail } from "@callmeback/shared/contract/errors";
import { type Actor, system, type UserContext } from "@callmeback/shared/rpc/context";
import { type Query, rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "./env.ts";

const aliveRow = z.object({ twilio_sid: z.string().nullable(), status: z.string(), is_alive: z.boolean() });

/** Errors: `NOT_FOUND`, `TWILIO_ERROR`. A call that has ended already is left as it is. */
export async function hangUpCall(deps: CallDeps, { actor }: UserContext, callId: string) {
  await endCall(deps, actor, callId, true);
  return { message: "The call is being ended" };
}

/** Errors: `NOT_FOUND`, `TWILIO_ERROR`. */
export async function endByVoice(deps: CallDeps, callId: string) {
  await endCall(deps, system, callId, false);
  return { message: "The call is being ended" };
}

/** @param beside statements of the same transaction, such as an audit. Errors: `NOT_FOUND`, `TWILIO_ERROR`. */
export async function endCall(
  deps: CallDeps,
  actor: Actor,
  callId: string,
  isAsked: boolean,
  beside: Query<unknown>[] = [],
): Promise<void> {
  const [, [call]] = await transact(
    deps.database,
    actor,
    rows(z.object({}))`
      update calls set cancel_requested_at = coalesce(cancel_requested_at, now())
      where id = ${callId} and ended_at is null and carrier_ended_at is null and ${isAsked}::boolean`,
    rows(
      aliveRow,
    )`select twilio_sid, status, carrier_ended_at is null and origin <> 'logged' as is_alive from calls where id = ${callId}`,
    ...beside,
  );
  if (call === undefined) return fail("NOT_FOUND", "There is no such call.");
  if (!call.is_alive) return;
  if (call.twilio_sid === null)
    return fail("TWILIO_ERROR", "The call is just being dialled. Try again.", { retryAfter: 1 });
  await deps.twilio.endCall(call.twilio_sid, call.status === "in-progress" ? "completed" : "canceled");
}
