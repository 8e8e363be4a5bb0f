-- The smallest schema that the endpoint's tests need: the login role, one role to become, one table behind row security.
do $$
declare role_name text;
begin
  foreach role_name in array array['callmeback_proxy', 'callmeback_reader'] loop
    if not exists (select from pg_roles where rolname = role_name) then
      execute format('create role %I nologin noinherit nosuperuser nobypassrls', role_name);
    end if;
  end loop;
end $$;
grant callmeback_reader to callmeback_proxy;
grant usage on schema public to callmeback_proxy, callmeback_reader;
