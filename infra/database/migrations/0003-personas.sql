-- Personas, who keeps which as a contact, and scenario templates.
-- A system persona belongs to no tenant and nobody may change it through the API.

create table personas (
  id uuid primary key,
  tenant_id uuid references tenants,
  user_id uuid references users on delete cascade,
  version integer not null default 1,
  name text not null,
  description text not null,
  voice text not null,
  system_prompt text not null,
  is_public boolean not null default false,
  tags text[] not null default '{}',
  use_count integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((tenant_id is null) = (user_id is null)),
  check (user_id is not null or is_public)
);
create unique index personas_name_per_user on personas (user_id, lower(name));
create index personas_public_newest on personas (created_at desc, id) where is_public;
create index personas_own_newest on personas (user_id, created_at desc, id);
create index personas_tags on personas using gin (tags);

create table contacts (
  id uuid primary key,
  tenant_id uuid not null references tenants,
  user_id uuid not null references users on delete cascade,
  persona_id uuid not null references personas on delete cascade,
  added_at timestamptz not null default now(),
  unique (user_id, persona_id)
);

create table scenario_templates (
  id uuid primary key,
  tenant_id uuid references tenants,
  user_id uuid references users on delete cascade,
  name text not null,
  description text not null,
  category text not null,
  opening text,
  instructions text not null,
  variables jsonb not null default '[]',
  is_public boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((tenant_id is null) = (user_id is null))
);

alter table personas enable row level security;
alter table personas force row level security;
create policy visible on personas for select using (is_public or app.owns(user_id, tenant_id));
create policy add on personas for insert with check (app.owns(user_id, tenant_id));
create policy change on personas for update using (app.owns(user_id, tenant_id));
create policy remove on personas for delete using (app.owns(user_id, tenant_id));

alter table contacts enable row level security;
alter table contacts force row level security;
create policy own on contacts using (app.owns(user_id, tenant_id));

alter table scenario_templates enable row level security;
alter table scenario_templates force row level security;
create policy visible on scenario_templates for select using (is_public or app.owns(user_id, tenant_id));
create policy add on scenario_templates for insert with check (app.owns(user_id, tenant_id));
create policy change on scenario_templates for update using (app.owns(user_id, tenant_id));
create policy remove on scenario_templates for delete using (app.owns(user_id, tenant_id));

grant select, insert, update, delete on personas, contacts, scenario_templates to callmeback_persona;
grant select on personas, scenario_templates to callmeback_calls;
grant update (use_count) on personas to callmeback_calls;
