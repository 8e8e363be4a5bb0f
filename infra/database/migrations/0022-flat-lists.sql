-- Lists that cost the same however many rows there are.

-- Who asks is worked out once a statement instead of once a row. The planner, too, then sees that most rows of one's own
-- pass, and walks an index in the asked order instead of sorting all of them. A function would hide that, so the rule
-- stands in each policy, always in these words.
create function pg_temp.once_a_statement(rule text) returns text language sql as $$
  select regexp_replace(
    regexp_replace(rule, 'app\.owns\((\w+), tenant_id\)', '(app.is_system() or (\1 = app.user_id() and tenant_id = app.tenant_id()))', 'g'),
    'app\.(is_system|user_id|tenant_id)\(\)', '(select app.\1())', 'g')
$$;
do $$
declare p record;
begin
  for p in select * from pg_policies where schemaname = 'public' loop
    if p.qual ~ 'app\.' then
      execute format('alter policy %I on %I using (%s)', p.policyname, p.tablename, pg_temp.once_a_statement(p.qual));
    end if;
    if p.with_check ~ 'app\.' then
      execute format('alter policy %I on %I with check (%s)', p.policyname, p.tablename,
        pg_temp.once_a_statement(p.with_check));
    end if;
  end loop;
end $$;
drop function pg_temp.once_a_statement;
drop function app.owns;

-- Counting one's calls reads the index alone.
drop index calls_newest;
create index calls_newest on calls (user_id, created_at desc, id desc) include (tenant_id, status);
drop index calls_newest_by_status;
create index calls_newest_by_status on calls (user_id, status, created_at desc, id desc) include (tenant_id);

-- Words are found by groups of three characters, which are rarer than pairs; a word of two characters by its pair.
create function app.grams(text) returns text[] language sql immutable parallel safe as $$
  select coalesce(array_agg(distinct substr($1, place, size)), '{}')
  from generate_series(2, 3) size, generate_series(1, length($1) - size + 1) place
$$;
create function app.asked_grams(text) returns text[] language sql immutable parallel safe as $$
  select coalesce(array_agg(distinct substr($1, place, size)), '{}')
  from (select least(3, length($1)) as size) asked, generate_series(1, length($1) - size + 1) place
$$;
create or replace function app.show_public_persona() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare actor text := current_setting('app.actor', true);
begin
  perform set_config('app.actor', 'system', true);
  if new.is_public then
    insert into public_personas values
      (new.id, new.user_id, new.created_at, lower(new.name), new.search_text, app.grams(new.search_text), new.tags)
    on conflict (persona_id) do update set lower_name = excluded.lower_name, search_text = excluded.search_text,
      grams = excluded.grams, tags = excluded.tags;
  else
    delete from public_personas where persona_id = new.id;
  end if;
  perform set_config('app.actor', actor, true);
  return null;
end $$;
select set_config('app.actor', 'system', true);
update public_personas set grams = app.grams(search_text);
drop function app.bigrams;
