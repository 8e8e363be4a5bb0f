// The cron's part: it only claims what is about to be due and hands it to the queue, which waits for the very second.
// A claim is a lease: what a crash left unstarted is claimed again, and started under the same key.
import { system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "../env.ts";

/** What the queue carries. */
export const scheduleTask = z.strictObject({ do: z.enum(["start", "remind", "conclude"]), id: z.string() });
export type ScheduleTask = z.infer<typeof scheduleTask>;

/** Longer than from one cron tick to the next, so that nothing falls between two. */
const aheadSeconds = 75;
/** From the due time: longer than a start takes, with its retries. */
const leaseSeconds = 45;
const reminderSeconds = 5 * 60;

const dueRow = z.object({ id: z.string(), seconds: z.number() });

/** Safe to run by two at once: each call is claimed by one of them. */
export async function claimDue({ database, queue, now }: CallDeps): Promise<void> {
  const at = now().toISOString();
  const [starting, reminding] = await transact(
    database,
    system,
    rows(dueRow)`
      with due as (
        select id from scheduled_calls
        where (status = 'scheduled' and payment_id is not null
            and scheduled_time <= ${at}::timestamptz + make_interval(secs => ${aheadSeconds}::int))
          or (status = 'starting' and lease_until < ${at}::timestamptz)
        order by scheduled_time limit 500
        for update skip locked
      )
      update scheduled_calls s set status = 'starting',
        lease_until = greatest(s.scheduled_time, ${at}::timestamptz) + make_interval(secs => ${leaseSeconds}::int)
      from due where s.id = due.id
      returning s.id, greatest(0, extract(epoch from s.scheduled_time - ${at}::timestamptz))::float8 as seconds`,
    rows(dueRow)`
      with due as (
        select id from scheduled_calls
        where status = 'scheduled' and reminded_at is null and scheduled_time > ${at}::timestamptz
          and scheduled_time <= ${at}::timestamptz + make_interval(secs => ${reminderSeconds + aheadSeconds}::int)
        order by scheduled_time limit 500
        for update skip locked
      )
      -- Claimed before it is sent: a reminder may be lost in a crash, but never comes twice.
      update scheduled_calls s set reminded_at = ${at}::timestamptz from due where s.id = due.id
      returning s.id,
        greatest(0, extract(epoch from s.scheduled_time - ${at}::timestamptz) - ${reminderSeconds}::int)::float8 as seconds`,
  );
  await send(queue, "start", starting);
  await send(queue, "remind", reminding);
}

/** A delay is in whole seconds, and a call must not come before its time. */
async function send(
  queue: CallDeps["queue"],
  what: ScheduleTask["do"],
  due: z.infer<typeof dueRow>[],
): Promise<void> {
  const messages = due.map(({ id, seconds }) => ({
    body: { do: what, id } satisfies ScheduleTask,
    delaySeconds: Math.ceil(seconds),
  }));
  // A batch has room for a hundred.
  for (let from = 0; from < messages.length; from += 100)
    await queue.sendBatch(messages.slice(from, from + 100));
}
