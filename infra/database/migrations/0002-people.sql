-- Tenants, people and what proves who they are.

create table tenants (
  id uuid primary key,
  kind text not null check (kind in ('personal', 'business')),
  name text not null,
  created_at timestamptz not null default now()
);

create table users (
  id uuid primary key,
  tenant_id uuid not null references tenants,
  email text not null unique check (email = lower(email)),
  name text not null,
  phone text not null unique check (phone ~ '^\+[1-9][0-9]{7,14}$'),
  password_hash text not null,
  plan text not null default 'free' check (plan in ('free', 'premium')),
  time_zone text not null default 'UTC',
  email_verified_at timestamptz,
  phone_verified_at timestamptz,
  failed_logins integer not null default 0,
  locked_until timestamptz,
  suspended_at timestamptz,
  -- A token issued before this moment is revoked (password change).
  sessions_valid_from timestamptz not null default '-infinity',
  terms_version text not null,
  terms_accepted_at timestamptz not null,
  terms_accepted_from inet,
  stripe_customer_id text unique,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index users_tenant on users (tenant_id);

create table admin_users (
  id uuid primary key,
  email text not null unique check (email = lower(email)),
  name text not null,
  password_hash text not null,
  failed_logins integer not null default 0,
  locked_until timestamptz,
  disabled_at timestamptz,
  created_at timestamptz not null default now()
);

create table token_blacklist (
  jti uuid primary key,
  user_id uuid not null references users on delete cascade,
  tenant_id uuid not null references tenants,
  -- After this the token is dead by itself and the row may go.
  expires_at timestamptz not null,
  revoked_at timestamptz not null default now()
);
create index token_blacklist_expiry on token_blacklist (expires_at);

create table phone_verifications (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  tenant_id uuid not null references tenants,
  phone text not null,
  provider_sid text not null unique,
  state text not null default 'pending' check (state in ('pending', 'approved', 'superseded', 'exhausted')),
  attempts integer not null default 0 check (attempts <= 5),
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create unique index phone_verifications_pending on phone_verifications (user_id) where state = 'pending';

alter table tenants enable row level security;
alter table tenants force row level security;
create policy own on tenants using (app.is_system() or id = app.tenant_id());

alter table users enable row level security;
alter table users force row level security;
create policy own on users using (app.owns(id, tenant_id));

alter table admin_users enable row level security;
alter table admin_users force row level security;
create policy system_only on admin_users using (app.is_system());

alter table token_blacklist enable row level security;
alter table token_blacklist force row level security;
create policy own on token_blacklist using (app.owns(user_id, tenant_id));

alter table phone_verifications enable row level security;
alter table phone_verifications force row level security;
create policy own on phone_verifications using (app.owns(user_id, tenant_id));

grant select, insert on tenants to callmeback_auth;
grant select, insert, update on users to callmeback_auth;
grant select, update on admin_users to callmeback_auth;
grant select, insert, delete on token_blacklist to callmeback_auth;
grant select, insert, update on phone_verifications to callmeback_auth;

grant select (id, tenant_id, plan) on users to callmeback_persona;
grant select (id, tenant_id, name, phone, phone_verified_at, time_zone) on users to callmeback_calls;
grant select (id, tenant_id, name, email, stripe_customer_id), update (stripe_customer_id) on users to callmeback_billing;

-- The identity of a transaction, set once at its start. `issued_at` and `expires_at` are the token's, in epoch seconds.
-- Runs as its owner so that revocation is seen whatever the Worker's role may read, and costs no round trip of its own.
create function app.enter(kind text, for_user uuid, token uuid, issued_at double precision) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare person record;
begin
  if kind not in ('anonymous', 'user', 'system') then
    perform app.fail('SERVER_ERROR', 'unknown kind of actor');
  end if;
  perform set_config('app.actor', 'system', true);
  if kind = 'user' then
    select u.id, u.tenant_id, u.suspended_at, u.sessions_valid_from,
           exists (select from token_blacklist b where b.jti = token) as revoked
      into person from users u where u.id = for_user;
    if not found then
      perform app.fail('INVALID_TOKEN', 'This token belongs to nobody. Log in again.');
    elsif person.revoked or to_timestamp(issued_at) < date_trunc('second', person.sessions_valid_from) then
      perform app.fail('TOKEN_REVOKED', 'This token has been revoked. Log in again.');
    elsif person.suspended_at is not null then
      perform app.fail('ACCOUNT_SUSPENDED', 'This account is suspended. Write to support.');
    end if;
    perform set_config('app.user_id', person.id::text, true);
    perform set_config('app.tenant_id', person.tenant_id::text, true);
  else
    perform set_config('app.user_id', '', true);
    perform set_config('app.tenant_id', '', true);
  end if;
  perform set_config('app.actor', kind, true);
end $$;
revoke all on function app.enter from public;
grant execute on function app.enter to callmeback_auth, callmeback_persona, callmeback_calls, callmeback_billing;
