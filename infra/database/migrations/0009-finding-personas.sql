-- Personas: a first line of their own, a search by name, description and tag in any script, and counts that stay cheap.

-- What the persona says first, after the disclosure; also its voice preview.
alter table personas add column greeting text;

-- Lower case, without accents. Parts are kept apart by a character that no text may contain, so nothing matches across them.
create function app.fold(text) returns text language sql immutable parallel safe as $$
  select lower(regexp_replace(normalize($1, NFKD), '[\u0300-\u036f]', '', 'g'))
$$;
create function app.search_text(name text, description text, tags text[]) returns text language sql immutable parallel safe as $$
  select app.fold(name || chr(1) || description || chr(1) || array_to_string(tags, chr(1)))
$$;
-- Every pair of neighbouring characters: an index over them serves queries of two characters, and scripts without spaces.
create function app.bigrams(text) returns text[] language sql immutable parallel safe as $$
  select coalesce(array_agg(distinct substr($1, place, 2)), '{}') from generate_series(1, length($1) - 1) place
$$;
alter table personas add column search_text text generated always as (app.search_text(name, description, tags)) stored;
create index personas_search on personas using gin (app.bigrams(search_text));

drop index personas_public_newest;
drop index personas_own_newest;
create index personas_public_newest on personas (created_at desc, id desc) where is_public;
create index personas_public_name on personas (lower(name), id) where is_public;
create index personas_private_newest on personas (user_id, created_at desc, id desc) where not is_public;
create index personas_private_name on personas (user_id, lower(name), id) where not is_public;

-- How many public personas there are, and how many private ones each person has.
create table persona_counts (
  -- null: the public ones.
  user_id uuid unique nulls not distinct references users on delete cascade,
  tenant_id uuid references tenants,
  total integer not null default 0
);
select set_config('app.actor', 'system', true);
insert into persona_counts (user_id, tenant_id, total) select null, null, count(*) from personas where is_public;
insert into persona_counts (user_id, tenant_id, total)
  select user_id, tenant_id, count(*) from personas where not is_public group by 1, 2;

create function app.count_personas() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  change record;
  actor text := current_setting('app.actor', true);
begin
  perform set_config('app.actor', 'system', true);
  -- In one order, so that two transactions never wait for each other's count.
  for change in
    select owner, tenant, sum(delta) as delta from (
      select case when not old.is_public then old.user_id end as owner, case when not old.is_public then old.tenant_id end as tenant,
        -1 as delta where tg_op <> 'INSERT'
      union all
      select case when not new.is_public then new.user_id end, case when not new.is_public then new.tenant_id end, 1
        where tg_op <> 'DELETE') changes
    group by owner, tenant having sum(delta) <> 0 order by owner nulls first
  loop
    if change.owner is not null and not exists (select from users where id = change.owner) then continue; end if;
    insert into persona_counts as c (user_id, tenant_id, total) values (change.owner, change.tenant, change.delta)
      on conflict (user_id) do update set total = c.total + excluded.total;
  end loop;
  perform set_config('app.actor', actor, true);
  return null;
end $$;
create trigger count_personas after insert or update of is_public or delete on personas
  for each row execute function app.count_personas();

alter table persona_counts enable row level security;
alter table persona_counts force row level security;
create policy visible on persona_counts for select using (user_id is null or app.owns(user_id, tenant_id));
create policy counted on persona_counts for all using (app.is_system());
grant select on persona_counts to callmeback_persona;

-- A persona that somebody is going to be called by cannot go; what lies behind keeps no claim on it.
alter table scheduled_calls alter column persona_id drop not null;
alter table scheduled_calls drop constraint scheduled_calls_persona_id_fkey;
alter table scheduled_calls add foreign key (persona_id) references personas on delete set null;
create function app.keep_persona_in_use() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare actor text := current_setting('app.actor', true);
begin
  perform set_config('app.actor', 'system', true);
  if exists (select from scheduled_calls where persona_id = old.id and status in ('scheduled', 'starting')) then
    perform app.fail('PERSONA_IN_USE', 'Calls with this persona are scheduled. Cancel them first.');
  end if;
  perform set_config('app.actor', actor, true);
  return old;
end $$;
create trigger keep_persona_in_use before delete on personas for each row execute function app.keep_persona_in_use();
create index scheduled_calls_persona on scheduled_calls (persona_id) where status in ('scheduled', 'starting');

create index contacts_newest on contacts (user_id, added_at desc, id);
create index scenario_templates_public on scenario_templates (category, lower(name), id) where is_public;
create index scenario_templates_own on scenario_templates (user_id, lower(name), id);
create unique index scenario_templates_name_per_user on scenario_templates (user_id, lower(name));
