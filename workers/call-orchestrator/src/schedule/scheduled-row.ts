// A scheduled call as the API shows it.
import { scheduleStatuses } from "@callmeback/shared/domain/call-state";
import { dollars } from "@callmeback/shared/domain/pricing";
import { sql } from "@callmeback/shared/rpc/database";
import * as z from "zod";

export const scheduledRow = z.object({
  id: z.string(),
  user_id: z.string(),
  persona_id: z.string().nullable(),
  persona_name: z.string(),
  phone_number: z.string(),
  scheduled_time: z.string(),
  time_zone: z.string(),
  status: z.enum(scheduleStatuses),
  created_at: z.string(),
  hold_cents: z.int(),
  call_id: z.string().nullable(),
  failure_reason: z.string().nullable(),
});

/** The columns of `scheduledRow`, from `scheduled_calls s`. */
export const scheduledColumns = sql`s.id, s.user_id, s.persona_id, s.persona_name, s.phone_number, s.scheduled_time,
  s.time_zone, s.status, s.created_at, s.hold_cents, s.call_id, s.failure_reason`;

export const presentScheduled = ({ hold_cents, ...scheduled }: z.infer<typeof scheduledRow>) => ({
  ...scheduled,
  estimated_cost: dollars(hold_cents),
});
