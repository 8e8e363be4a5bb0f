-- Somebody leaves: their tokens end at once, everything of theirs is erased, and only what the law wants of payments stays.

-- Set when they ask; from then on the account is nobody's.
alter table users add column leaving_at timestamptz;
-- Set when nothing of them is left.
alter table users add column erased_at timestamptz;
alter table users alter column phone drop not null;
alter table users add constraint users_phone_until_erased check (phone is not null or erased_at is not null);
create index users_leaving on users (leaving_at) where leaving_at is not null and erased_at is null;

alter table calls alter column phone_number drop not null;
alter table scheduled_calls alter column phone_number drop not null;

grant delete on call_turns, call_events, gate_refusals to callmeback_calls;
grant delete on phone_verifications to callmeback_auth;
-- What leaves with a person is found by who they were.
grant update on consents to callmeback_auth;
grant select (leaving_at) on users to callmeback_persona, callmeback_calls, callmeback_billing;

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
      into person from users u where u.id = for_user and u.leaving_at is null;
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
