-- Calls that an outside agent made and tells us about: nobody was dialled by us, nothing was held, nothing is owed.

alter table calls add column origin text not null default 'dialled' check (origin in ('dialled', 'logged'));
-- What the agent measured and says of it; its words are sealed apart.
alter table calls add column agent_log jsonb;
-- AES-256-GCM by call-orchestrator, of {transcript, notes}.
alter table calls add column sealed_words text;
alter table calls alter column payment_id drop not null;
alter table calls alter column hold_cents drop not null;
alter table calls alter column max_seconds drop not null;
alter table calls add constraint calls_paid_if_dialled check (
  case origin
    when 'dialled' then payment_id is not null and hold_cents is not null and max_seconds is not null
    else payment_id is null and cost_cents is null and status = 'completed'
  end);
alter table calls drop constraint calls_check2;
alter table calls add constraint calls_ended_for_a_reason check (
  ended_at is null or origin = 'logged'
  or (cost_cents is not null and end_reason is not null and fault is not null));
drop trigger take_hold on calls;
create trigger take_hold before insert on calls for each row
  when (new.origin = 'dialled') execute function app.take_hold();
