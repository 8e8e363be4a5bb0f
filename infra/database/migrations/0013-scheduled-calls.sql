-- Calls of another day: what they need to be made like a call of now, by whom they are being started, and what became of them.

alter table scheduled_calls
  add column persona_name text not null default '',
  add column scenario_template_id uuid references scenario_templates on delete set null,
  add column variables jsonb not null default '{}',
  add column call_pretext text,
  add column hold_cents integer not null default 0,
  add column idempotency_key text,
  add column request_fingerprint text not null default '',
  -- Whoever starts it has so long; then it is started again, by the same key: one call.
  add column lease_until timestamptz,
  -- The hold that is placed anew the day before, chosen before the card is asked.
  add column renewal_id uuid,
  add column failure_reason text,
  -- When the person was told of a failure.
  add column told_at timestamptz;
alter table scheduled_calls alter column persona_name drop default;
alter table scheduled_calls alter column hold_cents drop default;
alter table scheduled_calls alter column request_fingerprint drop default;

create unique index scheduled_calls_hold on scheduled_calls (payment_id) where status in ('scheduled', 'starting');
create unique index scheduled_calls_idempotency on scheduled_calls (user_id, idempotency_key) where idempotency_key is not null;
drop index scheduled_calls_due;
create index scheduled_calls_due on scheduled_calls (scheduled_time) where status in ('scheduled', 'starting');
create index scheduled_calls_untold on scheduled_calls (scheduled_time) where failure_reason is not null and told_at is null;

-- One hold pays for one thing: a call, or a schedule and then its call. Takers of one hold wait for each other here.
create or replace function app.take_hold() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare actor text := current_setting('app.actor', true);
begin
  perform set_config('app.actor', 'system', true);
  perform from payments where id = new.payment_id and state = 'held' for no key update;
  if not found then
    perform app.fail('PAYMENT_FAILED', 'This payment intent does not hold the money. Create a new one.');
  end if;
  if tg_table_name = 'calls' and exists (select from scheduled_calls where payment_id = new.payment_id and status = 'scheduled')
    or tg_table_name = 'scheduled_calls' and exists (select from calls where payment_id = new.payment_id)
  then
    perform app.fail('PAYMENT_FAILED', 'This payment intent pays for another call. Create a new one.');
  end if;
  perform set_config('app.actor', actor, true);
  return new;
end $$;
create trigger take_hold before insert on scheduled_calls for each row execute function app.take_hold();

-- The house on behalf of somebody who is not there: their rights, without a token of theirs.
create or replace function app.enter(kind text, for_user uuid, token uuid, issued_at double precision) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare person record;
begin
  if kind not in ('anonymous', 'user', 'person', 'admin', 'system') then
    perform app.fail('SERVER_ERROR', 'unknown kind of actor');
  end if;
  perform set_config('app.actor', 'system', true);
  perform set_config('app.user_id', '', true);
  perform set_config('app.tenant_id', '', true);
  perform set_config('app.admin_id', '', true);
  if kind in ('user', 'person') then
    select u.id, u.tenant_id, u.suspended_at,
           kind = 'user' and (to_timestamp(issued_at) < u.sessions_valid_from and token is distinct from u.kept_session
             or exists (select from token_blacklist b where b.jti = token)) as revoked
      into person from users u where u.id = for_user;
    if not found then
      perform app.fail('INVALID_TOKEN', 'This token belongs to nobody. Log in again.');
    elsif person.revoked then
      perform app.fail('TOKEN_REVOKED', 'This token has been revoked. Log in again.');
    elsif person.suspended_at is not null then
      perform app.fail('ACCOUNT_SUSPENDED', 'This account is suspended. Write to support.');
    end if;
    perform set_config('app.user_id', person.id::text, true);
    perform set_config('app.tenant_id', person.tenant_id::text, true);
  elsif kind = 'admin' then
    select a.id, a.disabled_at is not null or exists (select from admin_token_blacklist b where b.jti = token) as revoked
      into person from admin_users a where a.id = for_user;
    if not found then
      perform app.fail('INVALID_TOKEN', 'This token belongs to nobody. Log in again.');
    elsif person.revoked then
      perform app.fail('TOKEN_REVOKED', 'This token has been revoked. Log in again.');
    end if;
    perform set_config('app.admin_id', person.id::text, true);
  end if;
  perform set_config('app.actor', case kind when 'person' then 'user' else kind end, true);
end $$;
