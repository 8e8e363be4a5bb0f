// Twilio goes on after a stream: none could be opened (every voice process is full, or gone), or it broke. The person is still
// on the line and is told so; that it costs nothing is the rule of conclude.ts.
import { fail } from "@callmeback/shared/contract/errors";
import { system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "./env.ts";
import { hangUpTwiml, sayTwiml } from "./twiml.ts";

const callRow = z.object({
  has_opened: z.boolean(),
  is_over: z.boolean(),
  fault: z.string().nullable(),
});

const busy =
  "We are sorry: all our lines are busy just now. You were not charged. Please try again in a few minutes.";
const broken =
  "We are sorry: the connection broke, and it was our fault. This call costs you nothing. Goodbye.";

/** TwiML for what is left of the call. Errors: `NOT_FOUND` when the call is unknown or another's sid. */
export async function afterStream(deps: CallDeps, callId: string, sid: string): Promise<string> {
  const [, [call]] = await transact(
    deps.database,
    system,
    rows(z.object({}))`
      update calls set reported_at = now(), reported_reason = 'no_capacity', reported_fault = 'us', stream_token_hash = null
      where id = ${callId} and twilio_sid = ${sid} and stream_opened_at is null and reported_at is null
        and ended_at is null and cancel_requested_at is null`,
    rows(callRow)`
      select stream_opened_at is not null as has_opened, ended_at is not null or cancel_requested_at is not null as is_over,
        reported_fault as fault
      from calls where id = ${callId} and twilio_sid = ${sid}`,
  );
  if (call === undefined) return fail("NOT_FOUND", "There is no such call.");
  if (call.is_over) return hangUpTwiml();
  if (!call.has_opened) return sayTwiml(busy);
  // Reported as nobody's fault: the goodbye was said, only the hang-up did not come through.
  return call.fault === "none" || call.fault === "callee" ? hangUpTwiml() : sayTwiml(broken);
}
