-- Whether there is a scheduled call with this id, whoever's it is: the API tells "not yours" from "not there".
create function app.is_scheduled(schedule uuid) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  actor text := current_setting('app.actor', true);
  found_one boolean;
begin
  perform set_config('app.actor', 'system', true);
  found_one := exists (select from scheduled_calls where id = schedule);
  perform set_config('app.actor', actor, true);
  return found_one;
end $$;
revoke all on function app.is_scheduled from public;
grant execute on function app.is_scheduled to callmeback_calls;
