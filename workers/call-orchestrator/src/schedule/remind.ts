// Five minutes before: a word by SMS, once.
import { logFault } from "@callmeback/shared/domain/log";
import { system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "../env.ts";

const dueRow = z.object({ phone_number: z.string(), persona_name: z.string(), local_time: z.string() });

/** Nothing for a call that was cancelled, has begun, or was reminded of. Noted before it is sent, and never sent again. */
export async function remind(deps: CallDeps, id: string): Promise<void> {
  const [[due]] = await transact(
    deps.database,
    system,
    rows(dueRow)`
      update scheduled_calls set reminder_sent_at = now()
      where id = ${id} and status in ('scheduled', 'starting') and reminder_sent_at is null
        and not app.is_suppressed(phone_number)
      returning phone_number, persona_name, to_char(scheduled_time at time zone time_zone, 'HH24:MI') as local_time`,
  );
  if (due === undefined) return;
  const { phone_number, persona_name, local_time } = due;
  const body = `CallMeBack: ${persona_name} will call you at ${local_time}. Reply STOP to end all calls.`;
  await deps.twilio.sendMessage(phone_number, body).catch((error: unknown) =>
    // It may have been taken all the same: a second one would be worse than none.
    logFault({ worker: "call-orchestrator", event: "a reminder may not have gone out", schedule: id }, error),
  );
}
