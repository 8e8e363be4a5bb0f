-- What a call's core was told and decided, so that the call can be run again. It holds what people said: sealed by
-- call-orchestrator, deleted with the call.

create table call_replays (
  call_id uuid primary key references calls on delete cascade,
  tenant_id uuid not null references tenants,
  user_id uuid not null references users,
  -- AES-256-GCM over gzipped JSON lines; the database never sees a word.
  sealed_events text not null,
  created_at timestamptz not null default now()
);
create index call_replays_user on call_replays (user_id);

alter table call_replays enable row level security;
alter table call_replays force row level security;
create policy own on call_replays using
  ((select app.is_system()) or (user_id = (select app.user_id()) and tenant_id = (select app.tenant_id())));

grant select, insert, delete on call_replays to callmeback_calls;
