-- Who may ask the database for what.
-- callmeback_proxy is the only role that logs in; it can do nothing but become one Worker's role.
-- Each Worker's role reaches its own tables (grants) and, in them, the rows of the identity in force (row-level security).

do $$
declare role_name text;
begin
  foreach role_name in array array[
    'callmeback_proxy', 'callmeback_auth', 'callmeback_persona', 'callmeback_calls', 'callmeback_billing'
  ] loop
    if not exists (select from pg_roles where rolname = role_name) then
      execute format('create role %I nologin noinherit nosuperuser nobypassrls nocreatedb nocreaterole', role_name);
    end if;
  end loop;
end $$;

grant callmeback_auth, callmeback_persona, callmeback_calls, callmeback_billing to callmeback_proxy;

create schema app;
revoke all on schema public from public;
grant usage on schema public, app
  to callmeback_proxy, callmeback_auth, callmeback_persona, callmeback_calls, callmeback_billing;

-- Ends the transaction with a code of the API. `CB001` is how database-proxy knows it from a fault.
create function app.fail(code text, message text) returns boolean
language plpgsql as $$
begin
  raise exception using errcode = 'CB001', message = code || ': ' || message;
end $$;

create function app.is_system() returns boolean
language sql stable as $$ select coalesce(current_setting('app.actor', true), '') = 'system' $$;

create function app.user_id() returns uuid
language sql stable as $$ select nullif(current_setting('app.user_id', true), '')::uuid $$;

create function app.tenant_id() returns uuid
language sql stable as $$ select nullif(current_setting('app.tenant_id', true), '')::uuid $$;

-- The row belongs to the identity in force.
create function app.owns(row_user uuid, row_tenant uuid) returns boolean
language sql stable as $$
  select app.is_system() or (row_user = app.user_id() and row_tenant = app.tenant_id())
$$;
