-- Try-outs: real calls of one's own persona to one's own phone, for nothing. Nothing is held, so nothing can be owed.

alter table calls drop constraint calls_origin_check;
alter table calls add constraint calls_origin_check check (origin in ('dialled', 'logged', 'try_out'));
alter table calls drop constraint calls_paid_if_dialled;
alter table calls add constraint calls_paid_if_dialled check (
  case origin
    when 'dialled' then payment_id is not null and hold_cents is not null and max_seconds is not null
    when 'try_out' then payment_id is null and hold_cents is null and max_seconds is not null
      and coalesce(cost_cents, 0) = 0
    else payment_id is null and cost_cents is null and status = 'completed'
  end);
-- Today's are counted before each.
create index calls_try_outs on calls (user_id, created_at) where origin = 'try_out';
