-- What a person agreed to, in its words; sessions that outlive a change of password; operators and what they did.

create table consents (
  id uuid primary key,
  tenant_id uuid not null references tenants,
  user_id uuid not null references users on delete cascade,
  kind text not null check (kind in ('terms', 'automated_calls')),
  version text not null,
  -- The words that were shown.
  wording text not null,
  given_at timestamptz not null default now(),
  given_from inet,
  unique (user_id, kind, version)
);

alter table users drop column terms_version, drop column terms_accepted_at, drop column terms_accepted_from;
-- The one session that a change of password leaves alive.
alter table users add column kept_session uuid;

create table admin_token_blacklist (
  jti uuid primary key,
  admin_id uuid not null references admin_users on delete cascade,
  expires_at timestamptz not null
);

create table admin_audit (
  id uuid primary key,
  admin_id uuid not null references admin_users,
  -- What was done, such as `user.suspend`, and to what.
  act text not null,
  target text not null,
  details jsonb not null default '{}',
  request_id text not null,
  at timestamptz not null default now()
);
create index admin_audit_newest on admin_audit (at desc, id desc);

alter table consents enable row level security;
alter table consents force row level security;
create policy own on consents using (app.owns(user_id, tenant_id));

alter table admin_token_blacklist enable row level security;
alter table admin_token_blacklist force row level security;
create policy system_only on admin_token_blacklist using (app.is_system());

alter table admin_audit enable row level security;
alter table admin_audit force row level security;
create policy system_only on admin_audit using (app.is_system());

grant select, insert on consents to callmeback_auth;
grant select on consents to callmeback_calls;
grant insert on admin_users to callmeback_auth;
grant select, insert, delete on admin_token_blacklist to callmeback_auth;
grant select, insert on admin_audit to callmeback_auth;
grant insert on admin_audit to callmeback_persona, callmeback_calls, callmeback_billing;

-- An administrator sees what the house sees; what they may do with it is for the Workers' roles and the audit.
create or replace function app.is_system() returns boolean
language sql stable as $$ select coalesce(current_setting('app.actor', true), '') in ('system', 'admin') $$;

create function app.admin_id() returns uuid
language sql stable as $$ select nullif(current_setting('app.admin_id', true), '')::uuid $$;

-- `for_user` is the administrator's id for that kind.
create or replace function app.enter(kind text, for_user uuid, token uuid, issued_at double precision) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare person record;
begin
  if kind not in ('anonymous', 'user', 'admin', 'system') then
    perform app.fail('SERVER_ERROR', 'unknown kind of actor');
  end if;
  perform set_config('app.actor', 'system', true);
  perform set_config('app.user_id', '', true);
  perform set_config('app.tenant_id', '', true);
  perform set_config('app.admin_id', '', true);
  if kind = 'user' then
    select u.id, u.tenant_id, u.suspended_at,
           to_timestamp(issued_at) < u.sessions_valid_from and token is distinct from u.kept_session
             or exists (select from token_blacklist b where b.jti = token) as revoked
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
  perform set_config('app.actor', kind, true);
end $$;
