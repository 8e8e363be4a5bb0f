-- Where public personas are found. Row security would keep the indexes on words and tags from being used on `personas`
-- itself: their operators are not leakproof, so each row would have to pass the policy first. What is public has nothing to
-- leak, so a copy of it, open to all, is searched, and `personas` is asked for the rows that were found.
create table public_personas (
  persona_id uuid primary key references personas on delete cascade,
  user_id uuid,
  created_at timestamptz not null,
  lower_name text not null,
  search_text text not null,
  grams text[] not null,
  tags text[] not null
);
create index public_personas_grams on public_personas using gin (grams);
create index public_personas_tags on public_personas using gin (tags);
create index public_personas_owner on public_personas (user_id);

select set_config('app.actor', 'system', true);
insert into public_personas
  select id, user_id, created_at, lower(name), search_text, app.bigrams(search_text), tags from personas where is_public;

create function app.show_public_persona() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare actor text := current_setting('app.actor', true);
begin
  perform set_config('app.actor', 'system', true);
  if new.is_public then
    insert into public_personas values
      (new.id, new.user_id, new.created_at, lower(new.name), new.search_text, app.bigrams(new.search_text), new.tags)
    on conflict (persona_id) do update set lower_name = excluded.lower_name, search_text = excluded.search_text,
      grams = excluded.grams, tags = excluded.tags;
  else
    delete from public_personas where persona_id = new.id;
  end if;
  perform set_config('app.actor', actor, true);
  return null;
end $$;
create trigger show_public_persona after insert or update of name, description, tags, is_public on personas
  for each row execute function app.show_public_persona();

alter table public_personas enable row level security;
alter table public_personas force row level security;
create policy open on public_personas for select using (true);
create policy kept on public_personas for all using (app.is_system());
grant select on public_personas to callmeback_persona;

drop index personas_search;
drop index personas_tags;
