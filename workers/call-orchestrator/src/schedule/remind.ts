// Five minutes before: a word by SMS, once.
import { system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "../env.ts";

const dueRow = z.object({ phone_number: z.string(), persona_name: z.string(), local_time: z.string() });

/** Nothing for a call that was cancelled, or has begun. Never repeated: the claim was made before. */
export async function remind(deps: CallDeps, id: string): Promise<void> {
  const [[due]] = await transact(
    deps.database,
    system,
    rows(dueRow)`
      select phone_number, persona_name, to_char(scheduled_time at time zone time_zone, 'HH24:MI') as local_time
      from scheduled_calls where id = ${id} and status in ('scheduled', 'starting')
        and not app.is_suppressed(phone_number)`,
  );
  if (due === undefined) return;
  const { phone_number, persona_name, local_time } = due;
  await deps.twilio.sendMessage(
    phone_number,
    `CallMeBack: ${persona_name} will call you at ${local_time}. Reply STOP to end all calls.`,
  );
}
