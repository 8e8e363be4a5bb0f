// A call's end, decided in SQL from both sides' stories: the carrier's last word and the voice pipeline's report.
// They come in any order; whoever completes the picture ends the call, writes its price and owes the settlement, in one transaction.
import { connectionCents } from "@callmeback/shared/domain/pricing";
import { type Query, rows, sql } from "@callmeback/shared/rpc/database";
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import { isLeftMachine } from "./left-machine.ts";

/** How long a report may follow the carrier's last word before the pipeline counts as lost. Twice a journal's retry. */
export const reportGraceSeconds = 45;

/** Who hangs up this soon after picking up may be gone before any stream could open. */
const pickUpSeconds = 3;

const concluded = z.object({ id: z.string() });

const isLeft = isLeftMachine(sql`answered_by`);
/** Once a stream was open, "Hang up" says how a call ended only where nothing was wrong: else it would charge for a fault. */
const isCalledOff = sql`(cancel_requested_at is not null and (stream_opened_at is null
  or (reported_at is not null and reported_fault = 'none' and reported_reason <> 'voicemail' and ${isLeft} is not true)))`;

/**
 * To be run at the end of any transaction that adds to a call's story. Does nothing until the picture is whole, and nothing twice.
 * The fair-charge rule stands here: nobody answered, voicemail, or anybody's fault but the callee's costs nothing. Nor does a
 * call without a hold, which owes no settlement. Of a call that was held, the time that a provider took from it costs nothing.
 */
export function concludeStatements(callId: string): [Query<{ id: string }>] {
  return [
    rows(concluded)`
      with whole as (
        select *, ${isLeft} as is_left_machine, ${isCalledOff} as is_called_off from calls
        where id = ${callId} and ended_at is null and carrier_ended_at is not null
          and (stream_opened_at is null or reported_at is not null
            or carrier_ended_at < now() - make_interval(secs => ${reportGraceSeconds}::int))
        for update
      ), verdict as (
        select w.*,
          case
            when carrier_status = 'busy' then 'busy'
            when carrier_status = 'declined' then 'declined'
            when carrier_status = 'no-answer' then 'no_answer'
            when carrier_status = 'failed' then 'carrier_error'
            when carrier_status = 'canceled' or is_called_off then 'canceled_by_user'
            when is_left_machine then 'voicemail'
            when stream_opened_at is null and reported_at is not null then reported_reason
            when stream_opened_at is null and coalesce(duration_seconds, 0) <= ${pickUpSeconds}::int then 'caller_hangup'
            when stream_opened_at is null then 'internal_error'
            when reported_at is null then 'node_lost'
            else reported_reason
          end as reason,
          case
            when carrier_status in ('busy', 'declined', 'no-answer') then 'callee'
            when carrier_status = 'failed' then 'carrier'
            when carrier_status = 'canceled' or is_called_off then 'none'
            when is_left_machine then 'callee'
            when stream_opened_at is null and reported_at is not null then reported_fault
            when stream_opened_at is null and coalesce(duration_seconds, 0) <= ${pickUpSeconds}::int then 'callee'
            when stream_opened_at is null or reported_at is null then 'us'
            else reported_fault
          end as blame
        from whole w
      ), charged as (
        select v.*,
          case
            when v.carrier_status = 'completed' and v.stream_opened_at is not null and v.blame = 'none'
                and v.reason <> 'voicemail'
              then least(coalesce(v.hold_cents, 0), coalesce(v.carrier_price_cents, 0))
            else 0
          end as price_cents
        from verdict v
      ), priced as (
        select w.*, least(w.credit_cents, greatest(w.price_cents - ${connectionCents}::int, 0)) as taken_off_cents
        from charged w
      ), ended as (
        update calls c set
          end_reason = v.reason,
          fault = v.blame,
          status = case
            when v.carrier_status = 'canceled' or (v.reason = 'canceled_by_user' and v.stream_opened_at is null)
              then 'canceled'
            when v.carrier_status = 'completed' and v.blame in ('none', 'callee') then 'completed'
            else 'failed'
          end,
          ended_at = v.carrier_ended_at,
          duration_seconds = case when v.carrier_status = 'completed' then coalesce(v.duration_seconds, 0) else 0 end,
          cost_cents = v.price_cents - v.taken_off_cents,
          credit_cents = v.taken_off_cents
        from priced v where c.id = v.id and c.ended_at is null
        returning c.*
      ), used as (
        update personas p set use_count = use_count + 1 from ended e
        where p.id = e.persona_id and e.status = 'completed' and e.origin = 'dialled'
      ), owed as (
        insert into outbox (id, tenant_id, user_id, kind, call_id)
        select ${uuidv7()}, tenant_id, user_id, 'settle', id from ended where payment_id is not null
        on conflict do nothing
      )
      select id from ended`,
  ];
}
