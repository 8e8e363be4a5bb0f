// The one place where a phone is made to ring.
import { fail } from "@callmeback/shared/contract/errors";
import { logFault } from "@callmeback/shared/domain/log";
import { system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { concludeStatements } from "./conclude.ts";
import type { CallDeps } from "./env.ts";
import { settleOwed } from "./settle-owed.ts";
import { TwilioRefusal } from "./twilio.ts";

/**
 * Asks Twilio, once: it has no idempotency key, and a phone must not ring twice. A refusal ends the call as `failed`
 * and owes the release of the hold. Returns Twilio's id. Errors: `TWILIO_ERROR`.
 */
export async function dial(
  deps: CallDeps,
  call: { id: string; phone_number: string; max_seconds: number },
): Promise<string> {
  try {
    const twilioCall = await deps.twilio.placeCall({
      to: call.phone_number,
      answerUrl: `${deps.publicUrl}/api/voice/answer?call_id=${call.id}`,
      statusUrl: `${deps.publicUrl}/api/voice/status?call_id=${call.id}`,
      timeLimitSeconds: call.max_seconds,
    });
    await transact(
      deps.database,
      system,
      rows(z.object({}))`
        update calls set twilio_sid = ${twilioCall.sid} where id = ${call.id} and twilio_sid is null`,
    );
    return twilioCall.sid;
  } catch (error) {
    logFault({ worker: "call-orchestrator", event: "twilio did not take a call", callId: call.id }, error);
    // Only a clear no ends the call here: after a time-out or a fault of its own Twilio may be dialling, and the sweep finds out.
    if (!(error instanceof TwilioRefusal && error.isClear)) {
      return fail("TWILIO_ERROR", "The telephone provider did not answer. The call may still come.", {
        retryAfter: 60,
      });
    }
    await transact(
      deps.database,
      system,
      rows(z.object({}))`
        update calls set carrier_status = 'failed', carrier_ended_at = now(), carrier_price_cents = 0
        where id = ${call.id} and carrier_status is null`,
      ...concludeStatements(call.id),
    );
    await deps.live.changed(call.id);
    await settleOwed(deps, call.id);
    return fail("TWILIO_ERROR", "The telephone provider refused this call. Nothing was charged.");
  }
}
